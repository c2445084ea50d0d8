"""How many runs of a journey with a `rate` can be due in stretches of time: surges count for as long as they are on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

Span = tuple[float, float]
"""From when to when, in seconds from the start of the fault phase."""
_A_BIT: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Arrivals:
    """`surges`: how many times as often users come, and when."""

    rate: float
    surges: Sequence[tuple[float, Sequence[Span]]] = ()

    @property
    def peak_rate(self) -> float:
        """Per second, when most users come."""
        return max((self.rate_at(start) for _, spans in self.surges for start, _ in spans), default=self.rate)

    def rate_at(self, at_s: float) -> float:
        return self.rate * math.prod(times for times, spans in self.surges if _is_in(at_s, spans))

    def expected(self, spans: Sequence[Span]) -> float:
        """In all these spans together."""
        changes = (spans, *(on for _, on in self.surges))
        moments = sorted({moment for each in changes for span in each for moment in span})
        return sum((end - start) * self.rate_at(start) for start, end in pairwise(moments) if _is_in(start, spans))

    def whole(self, spans: Sequence[Span]) -> int:
        """The same in whole runs."""
        return math.floor(self.expected(spans) + _A_BIT)

    def __str__(self) -> str:
        """`20 times a second`"""
        peak = f", {self.peak_rate:g} at the peak" if self.surges else ""
        return f"{self.rate:g} times a second{peak}"


def _is_in(at_s: float, spans: Sequence[Span]) -> bool:
    return any(start <= at_s < end for start, end in spans)
