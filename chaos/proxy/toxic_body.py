"""Request bodies of toxics, and Toxiproxy's order of checks on them."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from chaos.proxy.body import BadBody, as_object, number, string
from chaos.proxy.dispatch import ApiError
from chaos.proxy.only import only_from_wire
from chaos.proxy.toxic_set import ToxicEntry
from chaos.proxy.toxics import TOXICS
from chaos.proxy.wire import attributes_from_wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaos.proxy.proxy import Proxy


def new_toxic(body: Mapping[str, object], proxy: Proxy) -> ToxicEntry:
    """The toxic that a create asks for; it is not yet in force. Raises BadBody or ApiError."""
    stream = string(body, "stream", "downstream")
    type_name = string(body, "type")
    toxicity = _float32(number(body, "toxicity", 1.0))
    attributes = as_object(body.get("attributes"), "attributes")
    name = string(body, "name")
    if stream.lower() not in ("upstream", "downstream"):
        raise ApiError(400, "stream was invalid, can be either upstream or downstream")
    name = name or f"{type_name}_{stream}"
    kind = TOXICS.get(type_name)
    if kind is None:
        raise ApiError(400, "invalid toxic type")
    if proxy.find_toxic(name) is not None:
        raise ApiError(409, "toxic already exists")
    entry = ToxicEntry(name, type_name, kind, stream, toxicity)
    _set(entry, attributes, None)
    return entry


def change_toxic(body: Mapping[str, object], entry: ToxicEntry) -> None:
    """Give the entry the values of an update, all or none of them. Raises BadBody."""
    toxicity = _float32(number(body, "toxicity", entry.toxicity))
    sent = as_object(body.get("attributes"), "attributes")
    _set(entry, sent, entry.echoed)
    entry.toxicity = toxicity


def _set(entry: ToxicEntry, sent: Mapping[str, object], before: Mapping[str, object] | None) -> None:
    """All of the attributes or none. Our own types are strict about names that they don't know, unlike Toxiproxy's."""
    if entry.kind.own:
        from chaos.proxy.strict import refuse_unknown

        refuse_unknown(sent, entry.kind)
    only = only_from_wire(sent.get("only"), entry.only, entry.kind)
    echoed, attributes = attributes_from_wire(entry.kind.schema, sent, before)
    try:
        entry.kind.load(attributes)
    except ImportError as error:
        raise ApiError(500, f"{entry.type_name} needs a package that is not installed: {error}") from None
    entry.only, entry.echoed, entry.attributes = only, echoed, attributes


def _float32(value: float) -> float:
    """As Toxiproxy stores and shows it: the shortest decimal that stands for the same 32-bit number."""
    try:
        single = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        raise BadBody(f"cannot read number {str(value)[:40]} as toxicity, it is too large") from None
    if math.isinf(single):
        raise BadBody(f"cannot read number {str(value)[:40]} as toxicity, it is too large")
    for digits in range(1, 10):
        shortest = float(f"{single:.{digits}g}")
        if struct.unpack("f", struct.pack("f", shortest))[0] == single:
            return shortest
    return float(single)
