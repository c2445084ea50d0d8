"""What can be made to go wrong: each fault with its attributes, its proof, and an example that the planner takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from chaos.experiment.reference import keys_of
from chaos.faults import FAULTS
from chaos.faults.fault import PLACES, Fault, Place
from chaos.faults.http import Match
from chaos.pages.markdown import table

_HEAD: Final = """# Faults

Made from the table of faults that the command itself goes by; a test keeps it true. `gatecrash faults` lists them, too.

A fault stands in an experiment's `faults`, with the place that it happens to and, if you like, with a time: `at`,
`for`, `every` with `times` or `until`, a `ramp`, a `share`, a `during` of its own ([all keys](files.md#faultentry)). A
fault that can't be shown to have met users makes the verdict `inconclusive`; what shows it is its *proof*.
"""
_TITLES: Final[Mapping[Place, str]] = {"link": "On a link", "journey": "On a journey", "service": "On a service"}
_NAMES: Final[Mapping[Place, str]] = {"link": "stock", "journey": "browse", "service": "stock"}
"""Of the shop in the tutorial."""
_EVERY: Final = "every Toxiproxy"
_OWN: Final = "the embedded proxy"


def as_markdown() -> str:
    """The whole of `docs/faults.md`."""
    lines = [_HEAD]
    for place in PLACES:
        faults = {kind: fault for kind, fault in FAULTS.items() if fault.place == place}
        lines += [f"## {_TITLES[place]}\n", *_overview(faults), ""]
        for kind, fault in faults.items():
            lines += _section(kind, fault)
    lines += ["## Match\n", f"{Match.__doc__}\n", keys_of(Match.model_json_schema(by_alias=True))]
    return "\n".join(lines)


def _overview(faults: Mapping[str, type[Fault]]) -> Iterator[str]:
    rows = ((f"[`{kind}`](#{kind})", fault.summary, _who(fault)) for kind, fault in faults.items())
    yield from table(("fault", "what it does", "who can inject it"), rows)


def _who(fault: type[Fault]) -> str:
    if fault.place != "link":
        return "Gatecrash itself"
    return _OWN if fault.embedded_only else _EVERY


def _section(kind: str, fault: type[Fault]) -> Iterator[str]:
    yield f"### {kind}\n"
    yield f"It {fault.summary}.\n"
    schema = fault.model_json_schema(by_alias=True)
    if schema.get("properties"):
        yield keys_of(schema)
    attributes = ", ".join(f"{key}: {_written(value)}" for key, value in example_of(fault).items())
    yield f"Proof: {fault.acted}.\n"
    yield "```yaml"
    yield "faults:"
    yield f"  - {{{fault.place}: {_NAMES[fault.place]}, {kind}: {{{attributes}}}, for: 4s}}"
    yield "```\n"


def example_of(fault: type[Fault]) -> Mapping[str, Any]:
    """Attributes with which it can be written: those that it requires, and of the others only what it takes besides."""
    schema = fault.model_json_schema(by_alias=True)
    required = schema.get("required", ())
    values = {key: _value(each) for key, each in schema.get("properties", {}).items()}
    least = {key: value for key, value in values.items() if key in required}
    for more in ({}, *({key: value} for key, value in values.items() if key not in required)):
        if _is_valid(fault, found := {**least, **more}):
            return found
    raise ValueError(f"{fault.__name__} takes none of its attributes alone")


def _is_valid(fault: type[Fault], attributes: Mapping[str, Any]) -> bool:
    try:
        fault.model_validate_json(json.dumps(attributes))
    except ValidationError:
        return False
    return True


def _value(schema: Mapping[str, Any]) -> Any:
    """One that fits, as its schema tells."""
    for each in (schema, *schema.get("anyOf", ())):
        if each.get("examples"):
            return each["examples"][0]
        if each.get("enum"):
            return each["enum"][0]
        if each.get("type") in {"integer", "number"}:
            return int(each.get("minimum", each.get("exclusiveMinimum", 0) + 1))
    return "x"


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
