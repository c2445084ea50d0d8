"""Whether this machine was too busy to send users' requests on time, and what can be said nonetheless."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from chaos.experiment.tolerance import Tolerance
from chaos.journal.events import Sample
from chaos.measures import MEASURES

TOO_BUSY = "the machine was too busy to send requests on time"
LATE_S = 0.05
MOST_LATE = 0.05
"""At most 5 % of a window's arrivals may leave later than 50 ms (or a tenth of the tightest latency bound, if more)."""


class Departures(Enum):
    """When the users of a stretch set out."""

    ON_TIME = "on time"
    LATE = "late"
    """Times run from when a request was due, so lateness only adds to them: a latency that is low enough all the same
    is low enough. One that is too high may be this machine's doing, and so may an answer that did not come in time.
    """
    TOO_LATE = "too late"
    """Too many came only when the fault was gone: of these users nothing is shown for it."""


def departures(stretches: Iterable[tuple[Sequence[Sample], float]], tolerances: Iterable[Tolerance]) -> Departures:
    """Of the samples that were due in each stretch, up to its end (seconds; infinite where it has none)."""
    everything: list[Sample] = []
    gone = 0
    for samples, end_s in stretches:
        everything.extend(samples)
        gone += sum(sample.left_s > end_s for sample in samples)
    if gone > MOST_LATE * len(everything):
        return Departures.TOO_LATE
    return Departures.LATE if too_busy(everything, tolerances) else Departures.ON_TIME


def in_time(samples: Iterable[Sample]) -> list[Sample]:
    """Without those that were broken for nothing but the time that they took."""
    return [sample for sample in samples if not sample.out_of_time]


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
