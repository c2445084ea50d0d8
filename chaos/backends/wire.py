"""Our units to Toxiproxy's: an attribute's name says its unit (`latency_s`, `rate_bytes_per_s`, `bytes_bytes`).

Rates per second and ratios are our own toxics' alone: no whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.faults.fault import ToxicSpec

_UNITS: Final[tuple[tuple[str, float], ...]] = (
    ("_bytes_per_s", 1 / 1000),  # KB/s
    ("_bytes", 1),
    ("_s", 1000),  # ms
)
_OWN_UNITS: Final = ("_per_s", "_ratio")
_MICROSECONDS: Final = ("slicer", "delay_s")
"""The one attribute that Toxiproxy counts in microseconds."""


def to_wire(toxic: ToxicSpec) -> Mapping[str, object]:
    """The attributes as Toxiproxy wants them: whole numbers. Settings pass as they are."""
    amounts = (_attribute(toxic.type, name, amount) for name, amount in toxic.attributes.items())
    return {**dict(amounts), **toxic.settings}


def _attribute(kind: str, name: str, amount: float) -> tuple[str, float]:
    if (kind, name) == _MICROSECONDS:
        return "delay", round(amount * 1_000_000)
    for own in _OWN_UNITS:
        if name.endswith(own) and not name.endswith("_bytes_per_s"):
            return name.removesuffix(own), amount
    suffix, factor = next(unit for unit in _UNITS if name.endswith(unit[0]))
    return name.removesuffix(suffix), round(amount * factor)
