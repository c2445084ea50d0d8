"""Our units to Toxiproxy's: an attribute's name says its unit (`latency_s`, `rate_bytes_per_s`, `bytes_bytes`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.faults.fault import ToxicSpec

_UNITS: Final[tuple[tuple[str, float], ...]] = (
    ("_bytes_per_s", 1 / 1000),  # KB/s
    ("_bytes", 1),
    ("_s", 1000),  # ms
)
_MICROSECONDS: Final = ("slicer", "delay_s")
"""The one attribute that Toxiproxy counts in microseconds."""


def to_wire(toxic: ToxicSpec) -> Mapping[str, int]:
    """The attributes as Toxiproxy wants them: whole numbers."""
    return dict(_attribute(toxic.type, name, amount) for name, amount in toxic.attributes.items())


def _attribute(kind: str, name: str, amount: float) -> tuple[str, int]:
    if (kind, name) == _MICROSECONDS:
        return "delay", round(amount * 1_000_000)
    suffix, factor = next(unit for unit in _UNITS if name.endswith(unit[0]))
    return name.removesuffix(suffix), round(amount * factor)
