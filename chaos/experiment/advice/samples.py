"""Phases that bring too few samples for the bounds on them, at the pace at which users come."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from chaos.experiment.advice.lengths import fault_s, on_s, window_s
from chaos.experiment.advice.subject import ExperimentFile
from chaos.experiment.problems import Location, Problem
from chaos.experiment.system import Journey
from chaos.experiment.tolerance import Bounds
from chaos.units import format_duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of time that journeys have bounds for.

    `rate`: of a journey by its name, 0 where clients set the pace. `seconds`: how long it lasts at a rate. `longer`:
    the key that makes it longer, which counts `times` times.
    """

    where: Location
    bounds: Mapping[str, Bounds]
    rate: Callable[[str], float]
    seconds: Callable[[float], float]
    longest_s: float
    longer: str
    times: int = 1


def phases_with_bounds(file: ExperimentFile) -> Iterator[Phase]:
    experiment = file.experiment
    yield Phase(
        where=("steady_state",),
        bounds=experiment.steady_state,
        rate=lambda name: file.system.journeys[name].rate or 0.0,
        seconds=partial(window_s, file),
        longest_s=experiment.baseline.within,
        longer="window",
    )
    yield Phase(
        where=("during",),
        bounds=experiment.during,
        rate=file.plan.peak_rate,
        seconds=partial(fault_s, file),
        longest_s=fault_s(file),
        longer="for",
    )
    for index, fault in enumerate(experiment.faults):
        yield Phase(
            where=("faults", index, "during"),
            bounds=fault.during,
            rate=file.plan.peak_rate,
            seconds=partial(on_s, file, fault),
            longest_s=on_s(file, fault),
            longer="for",
            times=len(fault.starts),
        )


def percentiles_of_few(file: ExperimentFile, phase: Phase) -> Iterator[Problem]:
    """p99 of fewer than 100 samples is the slowest one: one hiccup decides."""
    for name, each in phase.bounds.items():
        rate = phase.rate(name)
        if not rate:
            continue
        count = math.floor(phase.seconds(rate) * rate + 1e-9)
        for tolerance in each.tolerances(name):
            percent = tolerance.measure.removeprefix("p")
            needed = math.ceil(100 / (100 - int(percent))) if percent.isdecimal() else 0
            if count < needed:
                message = (
                    f"of {count} samples, {tolerance.measure} is the slowest, and one hiccup decides; make "
                    f"`{phase.longer}` at least {needed / rate / phase.times:.3g}s, or bound a lower percentile"
                )
                yield file.document.problem((*phase.where, name, tolerance.measure), message)


def clients_too_slow(file: ExperimentFile, phase: Phase) -> Iterator[Problem]:
    """Clients that think long can't bring the samples, however fast the app is."""
    for name in phase.bounds:
        most = _most_runs(file.system.journeys[name], phase.longest_s)
        if most < file.experiment.samples:
            message = (
                f"its clients bring at most {most:.0f} samples in {format_duration(phase.longest_s)}, and "
                f"{file.experiment.samples} are needed; let them `think` less, or have more `clients`"
            )
            yield file.document.problem((*phase.where, name), message, at_key=True)


def _most_runs(journey: Journey, length_s: float) -> float:
    clients = journey.clients if journey.traffic is None else journey.traffic.users
    if clients is None or not journey.think:
        return math.inf
    return clients * (math.floor(length_s / journey.think) + 1)
