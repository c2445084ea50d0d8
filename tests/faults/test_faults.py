"""The contract of every entry of FAULTS, and what each of them asks of a link."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter, ValidationError

from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.external import ToxiproxyLinks
from chaos.backends.wire import to_wire
from chaos.experiment.experiment import FaultEntry
from chaos.faults import FAULTS
from chaos.faults.fault import (
    EitherStreamFault,
    EndService,
    MultiplyArrivals,
    PauseService,
    RestartService,
    SetToxics,
    SlowService,
    TakeDown,
    ToxicSpec,
)
from chaos.proxy.body import decode
from chaos.proxy.toxics import TOXICS
from chaos.proxy.wire import attributes_from_wire

EXAMPLES: dict[str, dict[str, Any]] = {
    "latency": {"delay": "250ms", "jitter": "50ms"},
    "down": {},
    "hang": {},
    "timeout": {"after": "1s"},
    "reset_peer": {"after": "100ms"},
    "bandwidth": {"rate": "20KB/s", "stream": "upstream"},
    "slow_close": {"delay": "1.5s"},
    "slicer": {"size": "1KiB", "variation": "100B", "delay": "7ms", "stream": "downstream"},
    "limit_data": {"bytes": "64KiB", "stream": "upstream"},
    "slow_connect": {"delay": "250ms", "jitter": "50ms"},
    "corrupt": {"probability": "0.1%"},
    "cut": {"bytes": "10KiB", "stream": "upstream", "of": "message", "end": "reset", "match": {"method": "POST"}},
    "http_error": {"status": 500, "text": "no", "headers": {"Retry-After": "2"}, "match": {"path": "/upload*"}},
    "http_delay": {"delay": "250ms", "jitter": "50ms", "match": {"method": ["GET", "HEAD"]}},
    "http_rate_limit": {"rate": "10/s", "retry_after": "2s", "match": {"header": {"X-Kind": "video*"}}},
    "http_truncate": {"bytes": "1KiB"},
    "http_malformed": {"kind": "chunk"},
    "http_body": {"garbage": "1KiB"},
    "kill": {"signal": "SIGTERM"},
    "pause": {},
    "restart": {"signal": "SIGKILL"},
    "slow_cpu": {"share": "80%"},
    "stop": {"grace": "1s"},
    "disconnect": {"network": "back"},
    "cpu": {"cores": 0.1},
    "memory": {"limit": "32MiB"},
    "disk_full": {"path": "/data"},
    "surge": {"times": 10},
}
LINK_FAULTS = [kind for kind, fault in FAULTS.items() if fault.place == "link"]
NAMES = {"link": "db", "journey": "open", "service": "db"}
UNITS = ("_s", "_bytes", "_bytes_per_s", "_ratio")


def entry(kind: str, **others: Any) -> FaultEntry:
    return FaultEntry.model_validate_json(
        json.dumps({FAULTS[kind].place: NAMES[FAULTS[kind].place], kind: EXAMPLES[kind], **others})
    )


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
            jsonschema.validate({**EXAMPLES[kind], name: []}, schema)


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_survives_a_trip_through_json_inside_its_entry(kind: str) -> None:
    found = entry(kind, **{"for": "2s", "at": "7ms"})
    adapter = TypeAdapter(FaultEntry)
    assert adapter.validate_json(adapter.dump_json(found, by_alias=True)) == found
    assert adapter.validate_json(adapter.dump_json(found, by_alias=True, exclude_none=True)) == found
    assert (found.kind, found.title, found.lasts, found.at) == (
        kind,
        f"{kind} on {NAMES[found.place]}",
        2.0,
        0.007,
    )
    assert found.on == NAMES[found.place]
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
        ("slow_connect", [ToxicSpec("slow_connect", "downstream", {"delay_s": 0.25, "jitter_s": 0.05})]),
        ("corrupt", [ToxicSpec("corrupt", "downstream", {"probability_ratio": 0.001})]),
        (
            "cut",
            [
                ToxicSpec(
                    "cut",
                    "upstream",
                    {"bytes_bytes": 10240},
                    {"of": "message", "end": "reset", "match": {"method": "POST"}},
                )
            ],
        ),
        (
            "http_error",
            [
                ToxicSpec(
                    "http_error",
                    "downstream",
                    {},
                    {"status": 500, "body": "no", "headers": {"Retry-After": "2"}, "match": {"path": "/upload*"}},
                )
            ],
        ),
        (
            "http_delay",
            [
                ToxicSpec(
                    "http_delay",
                    "downstream",
                    {"delay_s": 0.25, "jitter_s": 0.05},
                    {"match": {"method": ["GET", "HEAD"]}},
                )
            ],
        ),
        (
            "http_rate_limit",
            [
                ToxicSpec(
                    "http_rate_limit",
                    "downstream",
                    {"rate_per_s": 10.0, "retry_after_s": 2.0},
                    {"status": 429, "match": {"header": {"X-Kind": "video*"}}},
                )
            ],
        ),
        ("http_truncate", [ToxicSpec("http_truncate", "downstream", {"bytes_bytes": 1024})]),
        ("http_malformed", [ToxicSpec("http_malformed", "downstream", {}, {"kind": "chunk"})]),
        ("http_body", [ToxicSpec("http_body", "downstream", {"garbage_bytes": 1024})]),
    ],
)
def test_a_fault_asks_for_toxics_in_base_units(kind: str, toxics: list[ToxicSpec]) -> None:
    assert entry(kind).fault.change() == SetToxics(tuple(toxics))


def test_down_takes_the_whole_link_down() -> None:
    assert entry("down").fault.change() == TakeDown()


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("kill", EndService("SIGTERM")),
        ("pause", PauseService()),
        ("restart", RestartService("SIGKILL")),
        ("slow_cpu", SlowService(0.8)),
    ],
)
def test_faults_of_services_are_signals_to_their_processes(kind: str, change: Any) -> None:
    assert entry(kind).change == change


def test_a_surge_multiplies_arrivals() -> None:
    assert entry("surge").change == MultiplyArrivals(10)


@pytest.mark.parametrize("kind", LINK_FAULTS)
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
    assert must == {"bandwidth", "limit_data", "slicer", "cut"}
    elsewhere = FAULTS.keys() - set(LINK_FAULTS)
    assert none == {"down", "hang", "slow_connect"} | elsewhere | {kind for kind in FAULTS if kind.startswith("http_")}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_share_goes_with_every_toxic_and_with_nothing_else(kind: str) -> None:
    if kind not in LINK_FAULTS or kind == "down":
        place = FAULTS[kind].place
        with pytest.raises(ValidationError, match=f"{kind} happens to the whole {place}; it takes no share"):
            entry(kind, share="50%")
    else:
        assert entry(kind, share="50%").share == 0.5


@pytest.mark.parametrize("kind", FAULTS)
def test_what_only_the_embedded_proxy_can_inject_says_so(kind: str) -> None:
    change = entry(kind).change
    types = {toxic.type for toxic in change.toxics} if isinstance(change, SetToxics) else set()
    assert FAULTS[kind].embedded_only is any(TOXICS[name].own for name in types)
    assert FAULTS[kind].embedded_only is not (types <= ToxiproxyLinks.toxics)


@pytest.mark.parametrize("kind", FAULTS)
def test_the_proxy_takes_what_a_fault_asks_for(kind: str) -> None:
    """As it comes over the wire: JSON, keys in lower case."""
    change = entry(kind).change
    for toxic in change.toxics if isinstance(change, SetToxics) else ():
        kind_of_toxic = TOXICS[toxic.type]
        sent = decode(json.dumps(to_wire(toxic)).encode())
        assert isinstance(sent, dict)
        echoed, attributes = attributes_from_wire(kind_of_toxic.schema, sent)
        assert sent.keys() <= echoed.keys()
        assert attributes.per_request is entry(kind).fault.per_request


@pytest.mark.parametrize(
    ("kind", "only", "expected"),
    [
        ("http_error", {"request": 3}, {"request": 3}),
        ("http_error", {"request": [1, 3], "connection": 2}, {"request": [1, 3], "connection": 2}),
        ("cut", {"request": 1}, {"request": 1}),
        ("latency", {"connection": [1, 2]}, {"connection": [1, 2]}),
    ],
)
def test_ordinals_go_with_every_toxic_of_a_fault_and_need_our_own_proxy(kind: str, only: Any, expected: Any) -> None:
    change = entry(kind, only=only).change
    assert isinstance(change, SetToxics)
    for toxic in change.toxics:
        assert to_wire(toxic)["only"] == expected
        assert toxic.needs <= EmbeddedLinks.toxics
        assert not toxic.needs <= ToxiproxyLinks.toxics


@pytest.mark.parametrize(
    ("kind", "only", "message"),
    [
        ("down", {"connection": 1}, "takes no `only`"),
        ("surge", {"request": 1}, "surge happens to the whole journey; it takes no `only`"),
        ("latency", {"request": 1}, "latency knows no requests"),
        ("http_error", {}, "`only` needs numbers"),
        ("http_error", {"request": 0}, "greater than or equal to 1"),
    ],
)
def test_ordinals_that_make_no_sense_are_refused(kind: str, only: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        entry(kind, only=only)


@pytest.mark.parametrize(
    ("kind", "attributes", "body", "content_type"),
    [
        ("http_error", {"json": {"Error": "no"}}, '{"Error": "no"}', "application/json"),
        ("http_error", {"text": "no", "content_type": "text/html"}, "no", "text/html"),
        ("http_body", {"json": [1]}, "[1]", "application/json"),
        ("http_body", {"text": "<h1>"}, "<h1>", None),
        ("http_body", {"text": ""}, None, None),
        ("http_rate_limit", {"rate": "1/s", "json": {}}, "{}", "application/json"),
    ],
)
def test_bodies_are_texts_or_json(kind: str, attributes: Any, body: str | None, content_type: str | None) -> None:
    change = FAULTS[kind].model_validate_json(json.dumps(attributes)).change()
    assert isinstance(change, SetToxics)
    settings = change.toxics[0].settings
    assert (settings.get("body"), settings.get("content_type")) == (body, content_type)


@pytest.mark.parametrize(
    ("kind", "attributes", "message"),
    [
        ("latency", {"delay": 250}, "250 has no unit"),
        ("http_error", {"text": "a", "json": {}}, "either text or json"),
        ("http_error", {"status": 99}, "greater than or equal to 200"),
        ("http_error", {"headers": {"a b": "c"}}, "can't be the name of a header"),
        ("http_error", {"headers": {"a": "b\nc"}}, "must be one line"),
        ("http_error", {"headers": {"Content-Length": "1"}}, "the proxy sets it itself"),
        ("http_error", {"match": {"method": "GE T"}}, "is not a method"),
        ("http_error", {"match": {"method": []}}, "is not a method"),
        ("http_error", {"match": {"path": "upload"}}, "can't match a path"),
        ("http_body", {}, "exactly one of: text, json, garbage"),
        ("http_body", {"text": "", "garbage": "1B"}, "exactly one of: text, json, garbage"),
        ("corrupt", {}, "exactly one of: probability"),
        ("corrupt", {"probability": "1%", "every": "1KiB"}, "exactly one of: probability"),
        ("cut", {"bytes": "1B", "stream": "upstream", "match": {}}, "match goes with `of: message`"),
        ("latency", {"delay": "250ms", "jitter": "-1ms"}, "can't be negative"),
        ("bandwidth", {"rate": "1500B/s", "stream": "upstream"}, "whole KB/s"),
        ("bandwidth", {"rate": "0KB/s", "stream": "upstream"}, "use hang"),
        ("bandwidth", {"rate": "20KB", "stream": "upstream"}, "not a unit of a byte rate"),
        ("slicer", {"size": "0B", "stream": "upstream"}, "greater than 0"),
        ("slicer", {"size": "10B", "variation": "10B", "stream": "upstream"}, "variation must be smaller than size"),
        ("limit_data", {"bytes": "5", "stream": "upstream"}, "5 has no unit"),
        ("hang", {"stream": "upstream"}, "Extra inputs"),
        ("kill", {"signal": "SIGSTOP"}, "'SIGKILL', 'SIGTERM'"),
        ("slow_cpu", {}, "Field required"),
        ("slow_cpu", {"share": "100%"}, "less than or equal to 0.95"),
        ("stop", {"grace": "31s"}, "less than or equal to 30"),
        ("disconnect", {"from": "web"}, "Extra inputs"),
        ("cpu", {"cores": "10%"}, "valid number"),
        ("cpu", {"cores": 0}, "greater than or equal to 0.01"),
        ("memory", {"limit": "5MiB"}, "greater than or equal to 6291456"),
        ("memory", {"limit": 64}, "64 has no unit"),
        ("disk_full", {}, "Field required"),
        ("surge", {"times": 1}, "greater than 1"),
        ("surge", {"times": "10/s"}, "valid number"),
        ("surge", {}, "Field required"),
    ],
)
def test_attributes_that_make_no_sense_are_refused(kind: str, attributes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        FAULTS[kind].model_validate_json(json.dumps(attributes))
