"""The contract of every entry of FAULTS, and what each of them asks of a link."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter, ValidationError

from chaos.experiment.experiment import FaultEntry
from chaos.faults import FAULTS
from chaos.faults.fault import EitherStreamFault, SetToxics, TakeDown, ToxicSpec

EXAMPLES: dict[str, dict[str, str]] = {
    "latency": {"delay": "250ms", "jitter": "50ms"},
    "down": {},
    "hang": {},
    "timeout": {"after": "1s"},
    "reset_peer": {"after": "100ms"},
    "bandwidth": {"rate": "20KB/s", "stream": "upstream"},
    "slow_close": {"delay": "1.5s"},
    "slicer": {"size": "1KiB", "variation": "100B", "delay": "7ms", "stream": "downstream"},
    "limit_data": {"bytes": "64KiB", "stream": "upstream"},
}
UNITS = ("_s", "_bytes", "_bytes_per_s")


def entry(kind: str, **others: Any) -> FaultEntry:
    return FaultEntry.model_validate_json(json.dumps({"link": "db", kind: EXAMPLES[kind], **others}))


def test_every_fault_has_an_example_here() -> None:
    assert EXAMPLES.keys() == FAULTS.keys()


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_says_what_it_does_and_what_proves_it(kind: str) -> None:
    fault = FAULTS[kind]
    assert (
        fault.__doc__ or ""
    ) == ""  # the module's first line and `summary` say it; the base class's docstring would not
    assert len(fault.summary.split()) >= 4
    assert not fault.summary.endswith(".")
    assert fault.acted
    for name, field in fault.model_fields.items():
        assert field.description, name


@pytest.mark.parametrize("kind", FAULTS)
def test_every_example_agrees_with_the_schema_that_editors_get(kind: str) -> None:
    schema = FAULTS[kind].model_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(EXAMPLES[kind], schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**EXAMPLES[kind], "unknown": 1}, schema)
    for name in EXAMPLES[kind]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**EXAMPLES[kind], name: 5}, schema)


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_survives_a_trip_through_json_inside_its_entry(kind: str) -> None:
    found = entry(kind, **{"for": "2s", "at": "7ms"})
    adapter = TypeAdapter(FaultEntry)
    assert adapter.validate_json(adapter.dump_json(found, by_alias=True)) == found
    assert adapter.validate_json(adapter.dump_json(found, by_alias=True, exclude_none=True)) == found
    assert (found.kind, found.title, found.lasts, found.at) == (kind, f"{kind} on db", 2.0, 0.007)
    assert isinstance(found.fault, FAULTS[kind])


@pytest.mark.parametrize("kind", FAULTS)
def test_every_change_names_the_unit_of_each_attribute_and_a_direction(kind: str) -> None:
    change = entry(kind).fault.change()
    if isinstance(change, SetToxics):
        assert change.toxics
        for toxic in change.toxics:
            assert toxic.stream in {"upstream", "downstream"}
            assert all(name.endswith(UNITS) for name in toxic.attributes)
            assert all(value >= 0 for value in toxic.attributes.values())


@pytest.mark.parametrize(
    ("kind", "toxics"),
    [
        ("latency", [ToxicSpec("latency", "downstream", {"latency_s": 0.25, "jitter_s": 0.05})]),
        (
            "hang",
            [
                ToxicSpec("bandwidth", "upstream", {"rate_bytes_per_s": 0.0}),
                ToxicSpec("bandwidth", "downstream", {"rate_bytes_per_s": 0.0}),
            ],
        ),
        ("timeout", [ToxicSpec("timeout", "downstream", {"timeout_s": 1.0})]),
        ("reset_peer", [ToxicSpec("reset_peer", "downstream", {"timeout_s": 0.1})]),
        ("bandwidth", [ToxicSpec("bandwidth", "upstream", {"rate_bytes_per_s": 20000.0})]),
        ("slow_close", [ToxicSpec("slow_close", "downstream", {"delay_s": 1.5})]),
        (
            "slicer",
            [
                ToxicSpec(
                    "slicer", "downstream", {"average_size_bytes": 1024, "size_variation_bytes": 100, "delay_s": 0.007}
                )
            ],
        ),
        ("limit_data", [ToxicSpec("limit_data", "upstream", {"bytes_bytes": 65536})]),
    ],
)
def test_a_fault_asks_for_toxics_in_base_units(kind: str, toxics: list[ToxicSpec]) -> None:
    assert entry(kind).fault.change() == SetToxics(tuple(toxics))


def test_down_takes_the_whole_link_down() -> None:
    assert entry("down").fault.change() == TakeDown()


@pytest.mark.parametrize("kind", FAULTS)
def test_a_direction_must_be_written_where_guessing_would_mislead(kind: str) -> None:
    attributes = {name: value for name, value in EXAMPLES[kind].items() if name != "stream"}
    if issubclass(FAULTS[kind], EitherStreamFault):
        with pytest.raises(ValidationError, match="stream"):
            FAULTS[kind].model_validate_json(json.dumps(attributes))
    else:
        change = FAULTS[kind].model_validate_json(json.dumps(attributes)).change()
        streams = {toxic.stream for toxic in change.toxics} if isinstance(change, SetToxics) else set()
        assert streams in [{"downstream"}, {"upstream", "downstream"}, set()]


def test_the_faults_that_must_name_a_direction() -> None:
    must = {kind for kind, fault in FAULTS.items() if issubclass(fault, EitherStreamFault)}
    none = {kind for kind, fault in FAULTS.items() if "stream" not in fault.model_fields}
    assert must == {"bandwidth", "limit_data", "slicer"}
    assert none == {"down", "hang"}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_share_goes_with_every_toxic_and_with_nothing_else(kind: str) -> None:
    if kind == "down":
        with pytest.raises(ValidationError, match="down happens to the whole link; it takes no share"):
            entry(kind, share="50%")
    else:
        assert entry(kind, share="50%").share == 0.5


@pytest.mark.parametrize(
    ("kind", "attributes", "message"),
    [
        ("latency", {"delay": 250}, "250 has no unit"),
        ("latency", {"delay": "250ms", "jitter": "-1ms"}, "can't be negative"),
        ("bandwidth", {"rate": "1500B/s", "stream": "upstream"}, "whole KB/s"),
        ("bandwidth", {"rate": "0KB/s", "stream": "upstream"}, "use hang"),
        ("bandwidth", {"rate": "20KB", "stream": "upstream"}, "not a unit of a byte rate"),
        ("slicer", {"size": "0B", "stream": "upstream"}, "greater than 0"),
        ("slicer", {"size": "10B", "variation": "10B", "stream": "upstream"}, "variation must be smaller than size"),
        ("limit_data", {"bytes": "5", "stream": "upstream"}, "5 has no unit"),
        ("hang", {"stream": "upstream"}, "Extra inputs"),
    ],
)
def test_attributes_that_make_no_sense_are_refused(kind: str, attributes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        FAULTS[kind].model_validate_json(json.dumps(attributes))
