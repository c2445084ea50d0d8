"""Toxiproxy's units and attribute types: the only place that knows them. Inside, times are seconds, sizes bytes.

A toxic's attributes are a frozen dataclass whose fields are made here: `delay_s: float = milliseconds("latency")` reads
the JSON attribute `latency`. Any whole number of 64 bits is accepted and echoed as sent; what it *does* is clamped, so
that no value can hang or crash the proxy.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from chaos.proxy.body import BadBody, int64

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chaos.proxy.toxics.base import Attributes

_LONGEST_S = 10 * 365 * 86_400.0
_LARGEST_BYTES = 1 << 62


@dataclass(frozen=True, slots=True)
class WireField:
    """One JSON attribute: `check` raises BadBody, `convert` turns the checked value into the field's own unit."""

    name: str
    default: object
    check: Callable[[object, str], object]
    convert: Callable[[Any], object]


def milliseconds(name: str) -> Any:
    return _number(name, lambda value: min(max(value, 0) / 1e3, _LONGEST_S))


def microseconds(name: str) -> Any:
    return _number(name, lambda value: min(max(value, 0) / 1e6, _LONGEST_S))


def kilobytes_per_second(name: str) -> Any:
    """Toxiproxy's KB is 1000 bytes."""
    return _number(name, lambda value: min(max(value, 0), _LARGEST_BYTES) * 1000)


def size(name: str, *, lowest: int = 0) -> Any:
    """Bytes."""
    return _number(name, lambda value: min(max(value, lowest), _LARGEST_BYTES))


def _number(name: str, convert: Callable[[int], object]) -> Any:
    return declared(WireField(name, 0, int64, convert))


def declared(wire: WireField) -> Any:
    """A dataclass field that is read from the wire. For attributes that are no numbers, make the WireField yourself."""
    return field(default=wire.convert(wire.default), metadata={"wire": wire})


def attributes_from_wire(
    schema: type[Attributes], sent: Mapping[str, object], before: Mapping[str, object] | None = None
) -> tuple[dict[str, object], Attributes]:
    """What to echo, and the attributes in our own units. Absent or null keys keep `before`'s value, or the default.

    `sent` has keys in lower case; those unknown are ignored. Raises BadBody, and then nothing has changed.
    """
    echoed: dict[str, object] = {}
    ours: dict[str, object] = {}
    for each, wire in _wire_fields(schema):
        value = sent.get(wire.name)
        if value is None:
            value = wire.default if before is None else before[wire.name]
        else:
            value = wire.check(value, f"attributes.{wire.name}")
        echoed[wire.name] = value
        ours[each.name] = wire.convert(value)
    return echoed, schema(**ours)


def wire_names(schema: type[Attributes]) -> tuple[str, ...]:
    """The JSON attributes that the type has."""
    return tuple(wire.name for _, wire in _wire_fields(schema))


def _wire_fields(schema: type[Attributes]) -> list[tuple[Field[Any], WireField]]:
    return [(each, each.metadata["wire"]) for each in fields(schema)]


__all__ = ["BadBody", "WireField", "attributes_from_wire"]
