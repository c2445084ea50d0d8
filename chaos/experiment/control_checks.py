"""What a second copy of the system needs, and what can be held against it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document
from chaos.experiment.plan import LONGEST_FAULT_S
from chaos.experiment.problems import Location, Problem
from chaos.experiment.system import System
from chaos.experiment.tolerance import Bounds, Tolerance
from chaos.measures import MEASURES


def control_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    if experiment.control:
        yield from _no_second_copy(document, experiment, system)
    for name, each in experiment.steady_state.items():
        for tolerance in each.tolerances(name):
            if tolerance.bound.against_control:
                message = "steady state is what holds on each copy by itself; compare them in `during`"
                yield document.problem(("steady_state", name, tolerance.measure), message)
    for location, tolerance, length_s in _differences(experiment):
        if not experiment.control:
            message = f"there is no control to hold {tolerance.measure} against; add `control: true` to the experiment"
            yield document.problem(location, message)
        elif (reason := _no_pairs(tolerance, length_s, experiment, system)) is not None:
            yield document.problem(location, reason)


def _no_second_copy(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    running = [name for name, service in system.services.items() if service.runs_already]
    if running:
        message = f"there can be no second copy of the system: {', '.join(running)} already runs"
        yield document.problem(("control",), f"{message}; start it with a `command`, or leave the control out")
    for name, journey in system.journeys.items():
        if journey.traffic is not None and (not experiment.journeys or name in experiment.journeys):
            message = f"Locust plays the users of {name} on one system only; give it a `rate`, or leave the control out"
            yield document.problem(("control",), message)


def _differences(experiment: Experiment) -> Iterator[tuple[Location, Tolerance, float]]:
    """Each with its place and how long its runs may be due, at most."""
    longest_s = max(fault.ends(LONGEST_FAULT_S) for fault in experiment.faults)
    sections: list[tuple[Location, Mapping[str, Bounds], float]] = [(("during",), experiment.during, longest_s)]
    for index, fault in enumerate(experiment.faults):
        on_s = (LONGEST_FAULT_S if fault.lasts is None else fault.lasts) * len(fault.starts)
        sections.append((("faults", index, "during"), fault.during, on_s))
    for location, bounds, length_s in sections:
        for name, each in bounds.items():
            for tolerance in each.tolerances(name):
                if tolerance.bound.against_control:
                    yield (*location, name, tolerance.measure), tolerance, length_s


def _no_pairs(tolerance: Tolerance, length_s: float, experiment: Experiment, system: System) -> str | None:
    """Why too few runs, or none, are due on both copies at the same moment."""
    name = tolerance.on
    journey = system.journeys.get(name)
    comparison = MEASURES[tolerance.measure].comparison
    if journey is None or journey.traffic is not None or comparison is None:
        return None  # said elsewhere
    if journey.rate is None:
        return f"clients of {name} come as soon as they can, on each copy at other moments; give it a `rate`"
    if any(fault.place == "journey" and fault.on == name for fault in experiment.faults):
        return f"more users of {name} come where the fault is on, and have no partners; claim it without the control"
    pairs = math.floor(journey.rate * length_s + 1e-9)
    if pairs >= comparison.fewest:
        return None
    needed_s = math.ceil(comparison.fewest / journey.rate * 10 - 1e-9) / 10
    return (
        f"{comparison.fewest} pairs of runs are needed to show that {tolerance.measure} differs, and {length_s:g}s "
        f"hold {pairs}: let the faults be on for {needed_s:g}s, or claim a lower percentile"
    )
