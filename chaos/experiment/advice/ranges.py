"""Between what a figure can be, by the section in which a bound on it stands: endless where nothing is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from chaos.experiment.advice.lengths import after_first_fault_s
from chaos.experiment.advice.subject import AnyFile, ExperimentFile
from chaos.experiment.safeguard import Safeguard, Watched
from chaos.experiment.tolerance import Tolerance
from chaos.measures import DETECT_MEASURES, IMPACT_MEASURES, MEASURES
from chaos.measures.measure import Bounded
from chaos.units import format_duration

_OF_ACKNOWLEDGED: Final = frozenset({"lost", "pending", "corrupted"})
"""Counts of items that the app acknowledged: there can't be more of them than were sent."""
_LEAVE_OUT: Final = "or leave it out"


@dataclass(frozen=True, slots=True)
class Range:
    """From the lowest to the highest; why that is so, and what one would rather write.

    `undecided`: a figure beyond the highest would not be seen, which refutes no bound and shows none. `may_fail`: there
    may be no figure at all, which keeps no bound.
    """

    low: float
    high: float
    why: str
    better: str
    undecided: bool = False
    may_fail: bool = False


def range_of(file: ExperimentFile, section: str, tolerance: Tolerance) -> Range:
    return _RANGES[section](file, tolerance)


def range_of_limit(file: AnyFile, safeguard: Safeguard) -> Range:
    return _RANGES_OF_LIMITS[safeguard.watched](file, safeguard.limit)


def _of_journey(file: AnyFile, tolerance: Tolerance) -> Range:
    measure = MEASURES[tolerance.measure]
    if measure.unit == "share":
        return _share(measure)
    better = f"write a bound below that, {_LEAVE_OUT}"
    if measure.unit == "rate":
        most = file.peak_rate(tolerance.on)
        why = f"{tolerance.on} comes {most:g} times a second at most, and nobody else can be served"
        return Range(0.0, most, why, better)
    timeout = file.system.journeys[tolerance.on].timeout
    why = f"a run without an answer counts as the timeout of {tolerance.on}, {format_duration(timeout)}, so none takes "
    return Range(0.0, timeout, f"{why}longer", f"write a bound below the timeout, {_LEAVE_OUT}")


def _of_watched_journey(file: AnyFile, tolerance: Tolerance) -> Range:
    """Where a claim on abandonment would be a problem, since nobody gives up, a safeguard guards nothing."""
    if tolerance.measure == "abandonment" and all(each.give_up is None for each in file.system.journeys.values()):
        return Range(0.0, 0.0, "no journey has a `give_up`, so nobody leaves for good", f"add one, {_LEAVE_OUT}")
    return _of_journey(file, tolerance)


def _of_impact(file: ExperimentFile, tolerance: Tolerance) -> Range:  # noqa: ARG001
    measure = IMPACT_MEASURES[tolerance.measure]
    if measure.unit == "share":
        return _share(measure)
    return Range(0.0, math.inf, "a time is 0 or more", f"write how much of it may be lost, {_LEAVE_OUT}")


def _of_link(file: ExperimentFile, tolerance: Tolerance) -> Range:  # noqa: ARG001
    return Range(0.0, math.inf, "a multiple is 0 or more", f'usual is {tolerance.measure}: "<= 1.5", {_LEAVE_OUT}')


def _of_notice(file: ExperimentFile, tolerance: Tolerance) -> Range:
    """Who is silent for as long as anybody listens is not known to stay so."""
    measure = DETECT_MEASURES[tolerance.measure]
    most = after_first_fault_s(file)
    why = f"nobody listens any more {format_duration(most)} after the first fault"
    better = f"write a shorter time, or let the faults last longer, {_LEAVE_OUT}"
    if not measure.higher_is_better:
        better = f"write a shorter time, {_LEAVE_OUT}"
    return Range(0.0, most, why, better, undecided=True)


def _of_probe(file: AnyFile, tolerance: Tolerance) -> Range:
    probe = file.system.probes[tolerance.on]
    may_fail = probe.failure == "answer"
    if not probe.tells_truth:
        return Range(-math.inf, math.inf, "", "", may_fail=may_fail)
    return Range(0.0, 1.0, f"{tolerance.on} is 1 or 0", f'usual is {tolerance.measure}: ">= 1"', may_fail=may_fail)


def _of_audit(file: ExperimentFile, tolerance: Tolerance) -> Range:
    most = _most_items(file, tolerance.on) if tolerance.measure in _OF_ACKNOWLEDGED else math.inf
    why = "a count is 0 or more" if most == math.inf else f"there are from 0 to {most:.0f} items in a whole run"
    return Range(0.0, most, why, f"usual is {tolerance.measure}: 0")


def _share(measure: Bounded) -> Range:
    usual = '">= 99%"' if measure.higher_is_better else "0%"
    return Range(0.0, 1.0, "a share is from 0% to 100%", f"usual is {measure.name}: {usual}, {_LEAVE_OUT}")


def _most_items(file: ExperimentFile, audit: str) -> float:
    """As many as can be sent from the first second of the baseline to the last of the recovery."""
    name = file.system.audit[audit].of
    journey = file.system.journeys[name]
    if journey.rate is None:
        return math.inf
    longest_s = file.experiment.baseline.within + after_first_fault_s(file)
    of_each = sum(step.acknowledge is not None for step in journey.steps)
    return math.ceil(longest_s * file.plan.peak_rate(name)) * of_each


_RANGES: Final[Mapping[str, Callable[[ExperimentFile, Tolerance], Range]]] = {
    "steady_state": _of_journey,
    "during": _of_journey,
    "impact": _of_impact,
    "links": _of_link,
    "detect": _of_notice,
    "probes": _of_probe,
    "audit": _of_audit,
}

_RANGES_OF_LIMITS: Final[Mapping[Watched, Callable[[AnyFile, Tolerance], Range]]] = {
    "journey": _of_watched_journey,
    "probe": _of_probe,
}
