"""Telling by counts alone that a window is not steady: one search looks at thousands, and most are not."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter

from chaos.experiment.tolerance import Tolerance
from chaos.journal.events import Sample
from chaos.verdict.busy import MOST_LATE, is_late, is_latency, latest_s

_OUTCOMES = frozenset({"served", "degraded", "broken"})
_due = attrgetter("due_s")


@dataclass(frozen=True, slots=True)
class _Count:
    """How many samples of a journey count, before each of them and in all. Without `tolerance` that is all."""

    dues: Sequence[float]
    sums: Sequence[int]
    tolerance: Tolerance | None = None

    def between(self, from_s: float, to_s: float) -> tuple[int, int]:
        """Those that count, and all of them."""
        first, end = bisect_left(self.dues, from_s), bisect_right(self.dues, to_s)
        return self.sums[end] - self.sums[first], end - first

    def misses(self, from_s: float, to_s: float) -> bool:
        hits, total = self.between(from_s, to_s)
        if self.tolerance is None or not total:
            return False
        if not is_latency(self.tolerance):
            return not self.tolerance.bound.holds(hits / total)
        return hits < max(1, math.ceil(int(self.tolerance.measure[1:]) / 100 * total - 1e-9))


class Counted:
    """Of the samples due from `from_s` on, which are in due order. It may say no; a yes is not its to give."""

    def __init__(
        self, tolerances: Iterable[Tolerance], samples: Mapping[str, Sequence[Sample]], *, from_s: float
    ) -> None:
        tolerances = tuple(tolerances)
        allowed_s = latest_s(tolerances)
        self._answers: list[_Count] = []
        """Outcomes, as if everybody who waited in vain had been answered well."""
        self._times: list[_Count] = []
        """What a busy machine may have spoilt."""
        self._late: list[_Count] = []
        for name in {tolerance.on for tolerance in tolerances}:
            later = samples[name][bisect_left(samples[name], from_s, key=_due) :]
            dues = array("d", [sample.due_s for sample in later])
            self._late.append(_Count(dues, _sums(later, lambda sample: is_late(sample, allowed_s))))
            for tolerance in tolerances:
                if tolerance.on == name and (counts := _counts(tolerance)) is not None:
                    self._times.append(_Count(dues, _sums(later, counts), tolerance))
                    if not is_latency(tolerance):
                        self._answers.append(_Count(dues, _sums(later, _but_for_time(tolerance, counts)), tolerance))

    def refuse(self, from_s: float, to_s: float) -> bool:
        """Whether steady state can't hold there, and not for want of a machine that has time."""
        if any(count.misses(from_s, to_s) for count in self._answers):
            return True
        if not any(count.misses(from_s, to_s) for count in self._times):
            return False
        late = [count.between(from_s, to_s) for count in self._late]
        return sum(hits for hits, _ in late) <= MOST_LATE * sum(total for _, total in late)


def _sums(samples: Sequence[Sample], counts: Callable[[Sample], bool]) -> Sequence[int]:
    return array("L", accumulate(map(counts, samples), initial=0))


def _but_for_time(tolerance: Tolerance, counts: Callable[[Sample], bool]) -> Callable[[Sample], bool]:
    upwards = tolerance.bound.upwards
    return lambda sample: upwards if sample.out_of_time else counts(sample)


def _counts(tolerance: Tolerance) -> Callable[[Sample], bool] | None:
    """Which samples a bound counts; None where it takes more than counting."""
    measure, bound = tolerance.measure, tolerance.bound
    if measure in _OUTCOMES:
        return lambda sample: sample.outcome == measure
    if is_latency(tolerance) and measure[1:].isdecimal() and not bound.upwards:
        return lambda sample: bound.holds(sample.took_s)
    return None
