"""Rate: how many users the app really serves in a second."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from chaos.measures.measure import Interval, Measure, Observed, wilson


def _is_served(sample: Observed) -> bool:
    return sample.outcome == "served"


def _figure(
    samples: Sequence[Observed],
    missing: int = 0,
    *,
    upwards: bool = False,
    over_s: float | None = None,
) -> float:
    """When imagined runs would come is not known: they may come all at once, or never."""
    if missing or not samples:
        return math.inf if upwards or not samples else 0.0
    return _per_s(sum(map(_is_served, samples)), samples, over_s)


def _interval(samples: Sequence[Observed], *, over_s: float | None = None) -> Interval:
    """Of the share that was served, at the pace at which users came."""
    if not samples:
        return (0.0, math.inf)
    low, high = wilson(sum(map(_is_served, samples)), len(samples))
    arrivals_per_s = _per_s(len(samples), samples, over_s)
    return (low * arrivals_per_s if low else 0.0, high * arrivals_per_s)


def _per_s(count: int, samples: Sequence[Observed], over_s: float | None) -> float:
    if over_s is None:
        dues = [sample.due_s for sample in samples]
        over_s = max(dues) - min(dues)
    if over_s <= 0:
        return math.inf if count else 0.0
    return count / over_s


RATE: Final = Measure(
    "rate", "rate", "runs served per second of the phase", True, _figure, _interval, counts=_is_served
)
