"""How each fault of the table is called from Python: its attributes as in YAML, then what any fault may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Any, Final

from chaos.experiment.experiment import FaultEntry
from chaos.faults import FAULTS
from chaos.faults.fault import Fault, Place

ANY_PLACE: Final = ("for", "every", "times", "until", "name")
ON_LINKS: Final = ("ramp", "share", "only")
"""Keys of an entry that a call takes as well."""
AS_ARGUMENT: Final[Mapping[str, str]] = {"for": "lasts"}
"""Keys that are words of Python's own."""
PROVEN: Final = "proven"
NOT_GIVEN: Final = None

_PLAIN: Final[Mapping[str, str]] = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def signature_of(kind: str) -> Signature:
    """Parameters are annotated with the text of their types; `None` is the default of all that may be left out."""
    fault = FAULTS[kind]
    schema = fault.model_json_schema(by_alias=True)
    required = schema.get("required", ())
    names = sorted(_own_first(fault), key=lambda name: name not in required)
    own = [_parameter(name, schema["properties"][name], needed=name in required) for name in names]
    common = list(_common(fault.place, taken=frozenset(names)))
    proven = Parameter(PROVEN, Parameter.KEYWORD_ONLY, default=True, annotation="bool")
    ordered = sorted([Parameter("self", Parameter.POSITIONAL_OR_KEYWORD), *own, *common], key=lambda each: each.kind)
    return Signature([*ordered, proven], return_annotation="Fault")


def given(kind: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fault's own attributes, and the entry's other keys, as YAML has them."""
    own = FAULTS[kind].model_json_schema(by_alias=True).get("properties", {})
    keys = {argument: key for key, argument in AS_ARGUMENT.items()}
    present = {name: value for name, value in arguments.items() if value is not NOT_GIVEN}
    attributes = {name: value for name, value in present.items() if name in own}
    return attributes, {keys.get(name, name): value for name, value in present.items() if name not in own}


def _own_first(fault: type[Fault]) -> Sequence[str]:
    """Its attributes: what only this fault has, before what it has in common with others."""
    fields = {name: field.alias or name for name, field in fault.model_fields.items()}
    found = (name for each in fault.__mro__ for name in vars(each).get("__annotations__", {}) if name in fields)
    return [fields[name] for name in dict.fromkeys(found)]


def _common(place: Place, taken: frozenset[str]) -> Iterator[Parameter]:
    """What stands beside the fault's key in a file; a name that the fault has itself is the fault's."""
    properties = FaultEntry.model_json_schema(by_alias=True)["properties"]
    for key in (*ANY_PLACE, *(ON_LINKS if place == "link" else ())):
        if key not in taken:
            yield Parameter(
                AS_ARGUMENT.get(key, key),
                Parameter.KEYWORD_ONLY,
                default=NOT_GIVEN,
                annotation=f"{_type(properties[key])} | None",
            )


def _parameter(name: str, schema: Mapping[str, Any], *, needed: bool) -> Parameter:
    """A direction says nothing without its name."""
    kind = Parameter.KEYWORD_ONLY if name == "stream" else Parameter.POSITIONAL_OR_KEYWORD
    if needed:
        return Parameter(name, kind, annotation=_type(schema))
    return Parameter(name, kind, default=NOT_GIVEN, annotation=f"{_type(schema)} | None")


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]".replace("'", '"')
    if "anyOf" in schema:
        kinds = dict.fromkeys(_type(each) for each in schema["anyOf"] if each.get("type") != "null")
        return " | ".join(kinds)
    return _PLAIN.get(schema.get("type", ""), "Mapping[str, object]")
