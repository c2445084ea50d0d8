"""Whether this machine was too busy to send users' requests on time: then nothing can be said of latency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chaos.experiment.tolerance import Tolerance
from chaos.journal.events import Sample
from chaos.measures import MEASURES

TOO_BUSY = "the machine was too busy to send requests on time"
LATE_S = 0.05
MOST_LATE = 0.05
"""At most 5 % of a window's arrivals may leave later than 50 ms (or a tenth of the tightest latency bound, if more)."""


def is_latency(tolerance: Tolerance) -> bool:
    return tolerance.measure in MEASURES and MEASURES[tolerance.measure].unit == "duration"


def too_busy(samples: Sequence[Sample], tolerances: Iterable[Tolerance]) -> bool:
    """Over one window; `tolerances` are those that are judged in it."""
    allowed_s = latest_s(tolerances)
    return sum(is_late(sample, allowed_s) for sample in samples) > MOST_LATE * len(samples)


def latest_s(tolerances: Iterable[Tolerance]) -> float:
    """How much later than due a request may leave."""
    bounds = [
        tolerance.bound.value
        for tolerance in tolerances
        if is_latency(tolerance) and not tolerance.bound.against_control
    ]
    return max(LATE_S, min(bounds, default=0.0) / 10)


def is_late(sample: Sample, allowed_s: float) -> bool:
    return sample.left_s - sample.due_s > allowed_s
