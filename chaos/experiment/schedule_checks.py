"""Phases too short for what is claimed of them, and surges of what has no rate: what a model alone can't see."""

from __future__ import annotations

import math
from collections.abc import Iterator

from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document
from chaos.experiment.plan import LONGEST_FAULT_S
from chaos.experiment.problems import Problem
from chaos.experiment.system import System
from chaos.faults.fault import MultiplyArrivals


def schedule_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """Phases that can't show what is claimed of them."""
    if all(fault.at > 0 for fault in experiment.faults):
        yield document.problem(("faults", 0, "at"), "at least one fault begins at 0s; take this much off every `at`")
    yield from _surges(document, experiment, system)
    yield from _baseline_length(document, experiment, system)
    yield from _fault_lengths(document, experiment, system)


def _surges(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """What multiplies a journey's rate needs one."""
    for index, fault in enumerate(experiment.faults):
        journey = system.journeys.get(fault.on) if isinstance(fault.change, MultiplyArrivals) else None
        if journey is not None and journey.rate is None:
            pace = "clients" if journey.traffic is None else "traffic"
            message = f"{fault.on} has `{pace}` and no `rate`, so there is nothing that {fault.kind} could multiply"
            yield document.problem(("faults", index, fault.place), message)


def _baseline_length(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """A baseline that is over before it can hold one window."""
    within = experiment.baseline.within
    if within < experiment.window:
        message = f"steady state must hold for {_written(experiment.window)} (`window`), so this must be longer"
        yield document.problem(("baseline", "within"), message)
    for name in experiment.steady_state:
        journey = system.journeys.get(name)
        if journey is None or journey.rate is None or _count(journey.rate, within) >= experiment.samples:
            continue
        message = (
            f"{name} comes {journey.rate:g} times a second, so the {_written(within)} of `baseline.within` hold "
            f"{_count(journey.rate, within)} samples; {experiment.samples} are needed: make `baseline.within` at least "
            f"{_written(_rounded_up(experiment.samples / journey.rate))}, or its rate at least "
            f"{math.ceil(experiment.samples / within)}/s"
        )
        yield document.problem(("steady_state", name), message, at_key=True)


def _fault_lengths(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """Too few samples for a claim, or a fault over before a journey could show it."""
    ends = [fault.ends(LONGEST_FAULT_S) for fault in experiment.faults]
    last = max(range(len(ends)), key=ends.__getitem__)
    length, where = ends[last], ("faults", last, "for")
    for name in experiment.during:
        journey = system.journeys.get(name)
        if journey is None:
            continue
        if length <= journey.timeout:
            message = (
                f"the fault is over after {_written(length)}, before a run of {name} can time out "
                f"({_written(journey.timeout)}); make it longer than that"
            )
            yield document.problem(where, message)
        if journey.rate is None or _count(journey.rate, length) >= experiment.samples:
            continue
        needed = _rounded_up(experiment.samples / journey.rate) - experiment.faults[last].starts[-1]
        message = (
            f"{name} comes {journey.rate:g} times a second, so {_written(length)} hold {_count(journey.rate, length)} "
            f"samples; {experiment.samples} are needed: make `for` at least {_written(needed)}, or its rate at least "
            f"{math.ceil(experiment.samples / length)}/s"
        )
        yield document.problem(where, message)


def _count(rate: float, length_s: float) -> int:
    return math.floor(rate * length_s + 1e-9)


def _rounded_up(seconds: float) -> float:
    """To a tenth."""
    return math.ceil(seconds * 10 - 1e-9) / 10


def _written(seconds: float) -> str:
    """As it can be written into the file."""
    return f"{round(seconds, 3):g}s" if seconds >= 1 else f"{round(seconds * 1000, 3):g}ms"
