"""`only`: which connections or requests a toxic is for, by their numbers. An attribute that every type has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaos.proxy.body import BadBody, as_object, int64

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaos.proxy.toxics.base import Toxic

_MOST_NUMBERS = 10_000


@dataclass(frozen=True, slots=True)
class Only:
    """Counted from 1, since the toxic was set, over all connections of the proxy; empty: all of them.

    Requests are those that the toxic's matchers let through; connections those that were opened since.
    """

    connections: tuple[int, ...] = ()
    requests: tuple[int, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Empty when there is no restriction."""
        numbers = {"connection": self.connections, "request": self.requests}
        return {key: each[0] if len(each) == 1 else list(each) for key, each in numbers.items() if each}


def only_from_wire(value: object, before: Only, kind: type[Toxic]) -> Only:
    """`{"request": 3}`, `{"connection": [1, 2]}`; null keeps what was there before. Raises BadBody."""
    if value is None:
        return before
    fields = as_object(value, "attributes.only")
    for key in fields:
        if key not in ("connection", "request"):
            raise BadBody(f"attributes.only has no {key}; it takes connection and request")
    only = Only(_numbers(fields, "connection"), _numbers(fields, "request"))
    if only.requests and not kind.reads:
        raise BadBody("attributes.only.request is for toxics that know requests; this one takes connection")
    return only


def _numbers(fields: Mapping[str, object], key: str) -> tuple[int, ...]:
    value = fields.get(key)
    if value is None:
        return ()
    listed = value if isinstance(value, list) else [value]
    numbers = tuple(int64(each, f"attributes.only.{key}") for each in listed[: _MOST_NUMBERS + 1])
    if not numbers or len(numbers) > _MOST_NUMBERS or min(numbers) < 1:
        raise BadBody(f"attributes.only.{key} must be a number from 1 up, or a list of up to {_MOST_NUMBERS} of them")
    return numbers
