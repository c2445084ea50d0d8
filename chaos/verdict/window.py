"""The earliest stretch of time in which steady state holds. The runner ends a phase on it; the judge finds the same."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from operator import attrgetter

from chaos.experiment.tolerance import Tolerance
from chaos.journal.events import ProbeTaken, Sample
from chaos.measures import MEASURES
from chaos.verdict.busy import in_time, is_latency, too_busy
from chaos.verdict.counted import Counted
from chaos.verdict.timeline import due_between

_due = attrgetter("due_s")
_at = attrgetter("at_s")


def keeps(tolerance: Tolerance, reading: ProbeTaken) -> bool:
    """A probe that failed keeps no bound."""
    return reading.figure is not None and tolerance.bound.holds(reading.figure)


@dataclass(frozen=True, slots=True)
class Window:
    """From the due time of its first run; `before_s` is when the last run before it was due, if any."""

    from_s: float
    to_s: float
    before_s: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of one search. `resume_s`: no window begins before it, so a later search may start there."""

    window: Window | None
    resume_s: float
    busy: bool
    """Some stretch would have been steady, had this machine not been too busy to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyState:
    """What must hold, over how long, with how many samples of each journey that has a tolerance."""

    tolerances: tuple[Tolerance, ...]
    length_s: float
    samples: int
    probed: tuple[Tolerance, ...] = ()
    """Bounds on probes: each answer in the window must keep its own, and there must be one."""
    readings: Sequence[ProbeTaken] = ()
    """In the order in which probes answered; it may grow."""

    def first_window(
        self, samples: Mapping[str, Sequence[Sample]], *, from_s: float, finished_s: float = math.inf
    ) -> Found:
        """Samples are in due order, and every run due up to `finished_s` is among them."""
        journeys = self._journeys()
        counted: Counted | None = None
        before: float | None = None
        busy = False
        for start in self._starts(samples, from_s, math.inf):
            end = self._end(samples, journeys, start)
            if end is None or end > finished_s:
                return Found(None, start, busy)
            counted = counted or Counted(self.tolerances, samples, from_s=from_s)
            if counted.refuse(start, end):
                before = start
                continue
            inside = {name: due_between(samples[name], start, end) for name in journeys}
            steady, steady_but_busy = self._holds(inside, end - start)
            if not all(
                keeps(tolerance, each) for tolerance in self.probed for each in self._answers(tolerance.on, start, end)
            ):
                steady = steady_but_busy = False
            if steady:
                return Found(Window(start, end, before), start, busy)
            busy = busy or steady_but_busy
            before = start
        return Found(None, from_s if before is None else before, busy)

    def may_begin(self, samples: Mapping[str, Sequence[Sample]], *, from_s: float, to_s: float) -> bool:
        """Whether a window that begins in that stretch could still turn out steady, were it watched to its end."""
        for start in self._starts(samples, from_s, to_s):
            inside = {name: due_between(samples[name], start, math.inf) for name in self._journeys()}
            missed = any(self._missed(tolerance, inside[tolerance.on]) for tolerance in self.tolerances)
            if not missed and not any(self._broken_from(tolerance, start) for tolerance in self.probed):
                return True
        return False

    def _broken_from(self, tolerance: Tolerance, start_s: float) -> bool:
        """Whether a probe has already broken its bound in every window that begins there: it holds its first answer."""
        answers = self._answers(tolerance.on, start_s, math.inf)
        first = next(answers, None)
        if first is None:
            return False
        return not keeps(tolerance, first) or not all(
            keeps(tolerance, each) for each in answers if each.at_s <= start_s + self.length_s
        )

    def _missed(self, tolerance: Tolerance, samples: Sequence[Sample]) -> bool:
        missing = max(0, self.samples - len(samples))
        bound = tolerance.bound
        return not bound.holds(MEASURES[tolerance.measure].figure(samples, missing, upwards=bound.upwards))

    def _journeys(self) -> Sequence[str]:
        return sorted({tolerance.on for tolerance in self.tolerances})

    def _starts(self, samples: Mapping[str, Sequence[Sample]], from_s: float, to_s: float) -> Iterator[float]:
        """When runs were due, in order: a window begins with one."""
        return merge(*(map(_due, due_between(samples[name], from_s, to_s)) for name in self._journeys()))

    def _end(self, samples: Mapping[str, Sequence[Sample]], journeys: Sequence[str], start_s: float) -> float | None:
        end = start_s + self.length_s
        for name in journeys:
            last = bisect_left(samples[name], start_s, key=_due) + self.samples - 1
            if last >= len(samples[name]):
                return None
            end = max(end, samples[name][last].due_s)
        for tolerance in self.probed:
            first = next((each for each in self._answers(tolerance.on, start_s, math.inf)), None)
            if first is None:
                return None
            end = max(end, first.at_s)
        return end

    def _answers(self, probe: str, from_s: float, to_s: float) -> Iterator[ProbeTaken]:
        begin = bisect_left(self.readings, from_s, key=_at)
        return (each for each in islice(self.readings, begin, None) if each.probe == probe and each.at_s <= to_s)

    def _holds(self, inside: Mapping[str, Sequence[Sample]], over_s: float) -> tuple[bool, bool]:
        """Whether every tolerance holds; and whether those that do not are on latency, and a busy machine's doing."""
        missed = [
            tolerance
            for tolerance in self.tolerances
            if not tolerance.bound.holds(MEASURES[tolerance.measure].figure(inside[tolerance.on], over_s=over_s))
        ]
        answered = {name: in_time(samples) for name, samples in inside.items()} if missed else {}
        if any(
            not is_latency(tolerance)
            and not tolerance.bound.holds(MEASURES[tolerance.measure].figure(answered[tolerance.on], over_s=over_s))
            for tolerance in missed
        ):
            return False, False
        everything = [sample for each in inside.values() for sample in each]
        unsure = missed or [each for each in self.tolerances if is_latency(each) and each.bound.upwards]
        if unsure and too_busy(everything, self.tolerances):
            return False, True
        return not missed, False
