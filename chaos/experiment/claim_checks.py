"""Claims that nothing could ever show or refute: what a model alone can't see of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document
from chaos.experiment.plan import LONGEST_FAULT_S
from chaos.experiment.problems import Location, Problem
from chaos.experiment.system import System
from chaos.experiment.tolerance import Bounds


def patience_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """Who never gives up can't be counted as gone."""
    sections: Mapping[Location, Mapping[str, Bounds]] = {
        ("steady_state",): experiment.steady_state,
        ("during",): experiment.during,
        ("impact",): experiment.impact,
        **{("faults", index, "during"): fault.during for index, fault in enumerate(experiment.faults)},
    }
    for section, bounds in sections.items():
        for name, each in bounds.items():
            journey = system.journeys.get(name)
            claimed = any(tolerance.measure == "abandonment" for tolerance in each.tolerances(name))
            if claimed and journey is not None and journey.give_up is None:
                message = f"nobody on {name} ever gives up, so it always holds; say in the system when, with `give_up`"
                yield document.problem((*section, name, "abandonment"), message)


def confidence_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """A confidence that the phase, or the time of one fault alone, can't reach, however well all goes."""
    ends = [fault.at + (fault.lasts or 0.0) for fault in experiment.faults]
    length = max([*ends, experiment.confidence_within])
    phases: list[tuple[Location, Mapping[str, Bounds], float, str, int]] = [
        (("during",), experiment.during, length, "confidence_within", 1)
    ]
    for index, fault in enumerate(experiment.faults):
        times = len(fault.starts)
        on_s = (LONGEST_FAULT_S if fault.lasts is None else fault.lasts) * times
        phases.append((("faults", index, "during"), fault.during, on_s, "for", times))
    for where, bounds, seconds, longer, times in phases:
        for name, each in bounds.items():
            rate = system.journeys[name].rate if name in system.journeys else None
            for tolerance in each.tolerances(name):
                needed = tolerance.bound.fewest_samples
                if rate is None or math.floor(rate * seconds + 1e-9) >= needed:
                    continue
                message = (
                    f"{needed} samples are needed to show {tolerance.bound.text} with this confidence, if all are for "
                    f"it, and {seconds:g}s hold {math.floor(rate * seconds)}: make `{longer}` at least "
                    f"{math.ceil(needed / rate / times * 10) / 10:g}s, or its rate at least "
                    f"{math.ceil(needed / seconds)}/s"
                )
                yield document.problem((*where, name, tolerance.measure), message, at_key=True)
