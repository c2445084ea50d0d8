"""Phases too short for what is claimed of them, and surges of what has no rate: what a model alone can't see."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.arrivals import Arrivals
from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document
from chaos.experiment.plan import arrivals_of
from chaos.experiment.problems import Location, Problem
from chaos.experiment.stretches import Stretch, baseline_of, phase_of, written_s
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
        message = f"steady state must hold for {written_s(experiment.window)} (`window`), so this must be longer"
        yield document.problem(("baseline", "within"), message)
    for name in experiment.steady_state:
        journey = system.journeys.get(name)
        if journey is None or journey.rate is None:
            continue
        baseline, arrivals = baseline_of(experiment), Arrivals(journey.rate)
        count = arrivals.whole(baseline.spans)
        if count < experiment.samples:
            message = (
                f"{name} comes {arrivals}, so the {written_s(within)} of `baseline.within` hold {count} samples; "
                f"{experiment.samples} are needed: {baseline.what_would_do(name, arrivals, experiment.samples)}"
            )
            yield document.problem(("steady_state", name), message, at_key=True)


def _fault_lengths(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """Too few samples for a claim, or a fault over before a journey could show it."""
    for name, bounds in experiment.during.items():
        journey = system.journeys.get(name)
        if journey is None:
            continue
        sure = any(tolerance.bound.confidence is not None for tolerance in bounds.tolerances(name))
        phase = phase_of(experiment, sure=sure)
        length, where = written_s(phase.length_s), _place(phase, experiment, name)
        if phase.length_s <= journey.timeout:
            message = (
                f"the fault is over after {length}, before a run of {name} can time out "
                f"({written_s(journey.timeout)}); make it longer than that"
            )
            yield document.problem(where, message)
        if journey.rate is None:
            continue
        arrivals = arrivals_of(experiment, name, journey.rate)
        count = arrivals.whole(phase.spans)
        if count < experiment.samples:
            message = (
                f"{name} comes {arrivals}, so {length} hold {count} samples; {experiment.samples} are needed: "
                f"{phase.what_would_do(name, arrivals, experiment.samples)}"
            )
            yield document.problem(where, message)


def _place(phase: Stretch, experiment: Experiment, name: str) -> Location:
    """Of what makes the phase longer, if it stands in the file for sure."""
    if phase.fault is None or phase.key != "for":
        return "during", name
    return "faults", experiment.faults.index(phase.fault), "for"
