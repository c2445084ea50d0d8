"""Phases and faults that are too short to show what is claimed of them, although they hold enough samples to run."""

from __future__ import annotations

import math
from collections.abc import Iterator

from chaos.experiment.advice.graph import links_reached
from chaos.experiment.advice.subject import ExperimentFile
from chaos.experiment.plan import LONGEST_FAULT_S, SHORTEST_FAULT_S
from chaos.experiment.problems import Problem
from chaos.experiment.system import Journey
from chaos.units import format_duration, format_share

UNLIKELY = 0.05
"""A fault that misses all traffic with this probability will spoil a run in twenty."""


def faults_that_meet_nobody(file: ExperimentFile) -> Iterator[Problem]:
    """Over before somebody comes, or on so few of them that it may well spare all."""
    for index, fault in enumerate(file.experiment.faults):
        names = [name for name in file.system.journeys if fault.on_link in links_reached(file.system, [name])]
        passing = [file.system.journeys[name] for name in names]
        if fault.lasts is None or not passing or any(journey.rate is None for journey in passing):
            continue
        on_s = fault.lasts * len(fault.starts)
        met = sum(on_s * (journey.rate or 0) * len(journey.steps) for journey in passing)
        if met >= 1 and (1 - fault.share) ** met < UNLIKELY:
            continue
        share = f", of which it takes {format_share(fault.share)}" if fault.share < 1 else ""
        message = (
            f"in {format_duration(on_s)} about {met:.1f} requests come by {fault.on_link}{share}, so the fault "
            "may well meet none and nothing could be concluded; make `for` longer, the journeys' rate higher"
            + (", or `share` larger" if share else "")
        )
        yield file.document.problem(("faults", index, "for"), message)


def phases_too_short(file: ExperimentFile) -> Iterator[Problem]:
    yield from _percentiles_of_few(file)
    yield from _clients_too_slow(file)
    yield from _recovery_between_two_runs(file)


def _percentiles_of_few(file: ExperimentFile) -> Iterator[Problem]:
    """p99 of fewer than 100 samples is the slowest one: one hiccup decides."""
    experiment = file.experiment
    for section, bounds in (("steady_state", experiment.steady_state), ("during", experiment.during)):
        for name, each in bounds.items():
            rate = file.system.journeys[name].rate
            if rate is None:
                continue
            rate = rate if section == "steady_state" else file.plan.peak_rate(name)
            length_s = _window_s(file, rate) if section == "steady_state" else _fault_s(file, rate)
            count = math.floor(length_s * rate + 1e-9)
            for tolerance in each.tolerances(name):
                percent = tolerance.measure.removeprefix("p")
                needed = math.ceil(100 / (100 - int(percent))) if percent.isdecimal() else 0
                if count < needed:
                    longer = "`window`" if section == "steady_state" else "`for`"
                    message = (
                        f"of {count} samples, {tolerance.measure} is the slowest, and one hiccup decides; make "
                        f"{longer} at least {needed / rate:.3g}s, or bound a lower percentile"
                    )
                    yield file.document.problem((section, name, tolerance.measure), message)


def _clients_too_slow(file: ExperimentFile) -> Iterator[Problem]:
    """Clients that think long can't bring the samples, however fast the app is."""
    experiment = file.experiment
    for section, names, length_s in (
        ("steady_state", experiment.steady_state, experiment.baseline.within),
        ("during", experiment.during, _fault_s(file, math.inf)),
    ):
        for name in names:
            most = _most_runs(file.system.journeys[name], length_s)
            if most < experiment.samples:
                message = (
                    f"its clients bring at most {most:.0f} samples in {format_duration(length_s)}, and "
                    f"{experiment.samples} are needed; let them `think` less, or have more `clients`"
                )
                yield file.document.problem((section, name), message, at_key=True)


def _recovery_between_two_runs(file: ExperimentFile) -> Iterator[Problem]:
    """The time to recover is known no better than the pause between two runs."""
    within = file.experiment.recovery.within
    rates = {name: file.system.journeys[name].rate for name in file.experiment.steady_state}
    for name, rate in rates.items():
        if rate is not None and within < 1 / rate:
            message = (
                f"{name} comes every {format_duration(1 / rate)}, so recovery can't be seen within "
                f"{format_duration(within)}; allow more time, or raise the rate"
            )
            yield file.document.problem(("recovery", "within"), message)


def _window_s(file: ExperimentFile, rate: float) -> float:
    return max(file.experiment.window, file.experiment.samples / rate)


def _fault_s(file: ExperimentFile, rate: float) -> float:
    """Until the last fault is undone. One without `for` ends when it has the samples at `rate`."""
    open_end_s = (
        min(LONGEST_FAULT_S, max(SHORTEST_FAULT_S, file.experiment.samples / rate))
        if rate < math.inf
        else LONGEST_FAULT_S
    )
    return max(fault.ends(open_end_s) for fault in file.experiment.faults)


def _most_runs(journey: Journey, length_s: float) -> float:
    clients = journey.clients if journey.traffic is None else journey.traffic.users
    if clients is None or not journey.think:
        return math.inf
    return clients * (math.floor(length_s / journey.think) + 1)
