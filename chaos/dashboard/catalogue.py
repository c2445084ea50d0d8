"""What can be made to go wrong, as forms that a page can show: made from the faults' own models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from chaos.faults import FAULTS
from chaos.faults.fault import Fault, Place, SetToxics

Kind = Literal["text", "choice", "yaml"]
"""`yaml`: numbers, mappings and the like, written as in a file."""
_TEXTS: Final = frozenset({"string"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One attribute of a fault. `value` is what to begin with; empty leaves it out. `example`: how it is written."""

    name: str
    kind: Kind
    value: str
    example: str
    choices: tuple[str, ...]
    required: bool
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One fault. `takes_share`: it can happen to some of the connections, or of the requests."""

    kind: str
    place: Place
    summary: str
    acted: str
    takes_share: bool
    share_of: str
    settings: tuple[Setting, ...]


def offers(toxics: frozenset[str]) -> tuple[Offer, ...]:
    """Those that a backend of links can inject which can set these toxics."""
    return tuple(_offer(kind, fault) for kind, fault in FAULTS.items() if _is_able(fault, toxics))


def _is_able(fault: type[Fault], toxics: frozenset[str]) -> bool:
    change = _first_try(fault).change()
    return not isinstance(change, SetToxics) or all(toxic.needs <= toxics for toxic in change.toxics)


def _offer(kind: str, fault: type[Fault]) -> Offer:
    first = _first_try(fault)
    return Offer(
        kind=kind,
        place=fault.place,
        summary=fault.summary,
        acted=fault.acted,
        takes_share=isinstance(first.change(), SetToxics),
        share_of="requests" if first.per_request else "connections",
        settings=tuple(_settings(fault)),
    )


def _first_try(fault: type[Fault]) -> Fault:
    return fault.model_validate(dict(fault.example))


def _settings(fault: type[Fault]) -> Iterator[Setting]:
    schema = fault.model_json_schema(by_alias=True)
    required = set(schema.get("required", ()))
    for name, known in sorted(schema.get("properties", {}).items(), key=lambda each: each[0] not in required):
        shape = _shape(known)
        choices = tuple(shape.get("enum", ()))
        default = known.get("default")
        example = str(next(iter(shape.get("examples", ())), ""))
        begins = fault.example.get(name, default if choices or (isinstance(default, int) and not example) else "")
        yield Setting(
            name=name,
            kind="choice" if choices else "text" if shape.get("type") in _TEXTS else "yaml",
            value="" if begins is None else str(begins),
            example=example,
            choices=choices,
            required=name in required,
            description=known.get("description", ""),
        )


def _shape(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of what may also be left out: what it is if not."""
    return next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
