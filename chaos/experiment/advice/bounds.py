"""Bounds that say nothing, because the figure can't be on their other side, or can't be on theirs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from chaos.experiment.advice.subject import ExperimentFile
from chaos.experiment.plan import LONGEST_FAULT_S
from chaos.experiment.problems import Location, Problem
from chaos.experiment.tolerance import Tolerance
from chaos.measures import AUDIT_MEASURES, MEASURES
from chaos.units import format_duration

Range = tuple[float, float]
_OF_ACKNOWLEDGED: Final = frozenset({"lost", "pending", "corrupted"})
"""Counts of items that the app acknowledged: there can't be more of them than were sent."""


def bounds_that_cannot_fail(file: ExperimentFile) -> Iterator[Problem]:
    for location, tolerance in _written(file):
        low, high = _range(file, tolerance)
        if tolerance.bound.holds(low) and tolerance.bound.holds(high):
            message = f"{tolerance.bound.text} holds whatever happens: {_why(file, tolerance)}; {_better(tolerance)}"
            yield file.document.problem(location, message)


def bounds_that_cannot_hold(file: ExperimentFile) -> Iterator[Problem]:
    for location, tolerance in _written(file):
        low, high = _range(file, tolerance)
        if not (tolerance.bound.holds(low) or tolerance.bound.holds(high)):
            message = f"{tolerance.bound.text} never holds: {_why(file, tolerance)}; {_better(tolerance)}"
            yield file.document.problem(location, message)


def uncountable_items(file: ExperimentFile) -> Iterator[Problem]:
    """The audit does not ask for what the bound is on, so the count is always 0."""
    for name, bounds in file.experiment.audit.items():
        audit = file.system.audit[name]
        asked = {"pending": audit.pending is not None, "corrupted": audit.stored.checksums is not None}
        missing = {"pending": "`pending`", "corrupted": "`stored.checksums`"}
        for tolerance in bounds.tolerances(name):
            if not asked.get(tolerance.measure, True):
                message = (
                    f"none is ever seen: the audit {name} of the system has no {missing[tolerance.measure]}; add it"
                )
                yield file.document.problem(("audit", name, tolerance.measure), message)


def _written(file: ExperimentFile) -> Iterator[tuple[Location, Tolerance]]:
    experiment = file.experiment
    for section, bounds in (
        ("steady_state", experiment.steady_state),
        ("during", experiment.during),
        ("audit", experiment.audit),
    ):
        for name, each in bounds.items():
            for tolerance in each.tolerances(name):
                yield (section, name, tolerance.measure), tolerance


def _range(file: ExperimentFile, tolerance: Tolerance) -> Range:
    """The smallest and the largest figure that there can be; endless where nothing is known."""
    if tolerance.measure in _OF_ACKNOWLEDGED:
        return 0.0, _most_items(file, tolerance.on)
    if tolerance.measure in AUDIT_MEASURES:
        return 0.0, math.inf
    measure = MEASURES[tolerance.measure]
    if tolerance.bound.against_control:
        most = 1.0 if measure.unit == "share" else file.system.journeys[tolerance.on].timeout
        return -most, most
    if measure.unit == "share":
        return 0.0, 1.0
    if measure.unit == "rate":
        return 0.0, file.plan.peak_rate(tolerance.on) or math.inf
    if measure.unit == "duration" and _is_percentile(tolerance.measure):
        return 0.0, file.system.journeys[tolerance.on].timeout
    return 0.0, math.inf


def _is_percentile(measure: str) -> bool:
    return measure.startswith("p") and measure[1:].isdecimal()


def _most_items(file: ExperimentFile, audit: str) -> float:
    """As many as can be sent from the first second of the baseline to the last of the recovery."""
    experiment = file.experiment
    name = file.system.audit[audit].of
    journey = file.system.journeys[name]
    if journey.rate is None:
        return math.inf
    fault_s = max(fault.ends(LONGEST_FAULT_S) for fault in experiment.faults)
    window_s = max(experiment.window, experiment.recovery.hold, experiment.samples / journey.rate)
    longest_s = experiment.baseline.within + fault_s + experiment.recovery.within + 2 * window_s
    return math.ceil(longest_s * file.plan.peak_rate(name)) * sum(
        step.acknowledge is not None for step in journey.steps
    )


def _why(file: ExperimentFile, tolerance: Tolerance) -> str:
    if tolerance.measure in AUDIT_MEASURES:
        most = _range(file, tolerance)[1]
        return "a count is 0 or more" if most == math.inf else f"there are from 0 to {most:.0f} items in a whole run"
    if MEASURES[tolerance.measure].unit == "share":
        return "a share is from 0% to 100%" + (", here and there" if tolerance.bound.against_control else "")
    if MEASURES[tolerance.measure].unit == "rate":
        most = _range(file, tolerance)[1]
        return f"{tolerance.on} comes {most:g} times a second at most, and nobody else can be served"
    timeout = format_duration(file.system.journeys[tolerance.on].timeout)
    return f"a run without an answer counts as the timeout of {tolerance.on}, {timeout}, so none takes longer"


def _better(tolerance: Tolerance) -> str:
    if tolerance.measure in AUDIT_MEASURES:
        return f"usual is {tolerance.measure}: 0"
    measure = MEASURES[tolerance.measure]
    if measure.unit == "share":
        usual = '">= 99%"' if measure.higher_is_better else "0%"
        return f"usual is {measure.name}: {usual}, or leave it out"
    if measure.unit == "rate":
        return "write a bound below that, or leave it out"
    return "write a bound below the timeout, or leave it out"
