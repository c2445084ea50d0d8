"""Phases and faults that are too short to show what is claimed of them, although they hold enough samples to run."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.advice.graph import links_reached
from chaos.experiment.advice.lengths import after_last_undo_s, fault_s, on_s
from chaos.experiment.advice.samples import clients_too_slow, percentiles_of_few, phases_with_bounds
from chaos.experiment.advice.subject import ExperimentFile
from chaos.experiment.problems import Problem
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
        seconds = on_s(file, fault)
        met = sum(seconds * (journey.rate or 0) * len(journey.steps) for journey in passing)
        if met >= 1 and (1 - fault.share) ** met < UNLIKELY:
            continue
        share = f", of which it takes {format_share(fault.share)}" if fault.share < 1 else ""
        message = (
            f"in {format_duration(seconds)} about {met:.1f} requests come by {fault.on_link}{share}, so the fault "
            "may well meet none and nothing could be concluded; make `for` longer, the journeys' rate higher"
            + (", or `share` larger" if share else "")
        )
        yield file.document.problem(("faults", index, "for"), message)


def stuck_for_longer_than_watched(file: ExperimentFile) -> Iterator[Problem]:
    """Then nobody looks any more when it could be known."""
    stuck, longest_s = file.experiment.recovery.stuck, after_last_undo_s(file)
    if stuck is not None and stuck >= longest_s:
        message = (
            f"the way back is watched for {format_duration(longest_s)} at most, so nobody would see an app that is "
            f"stuck for {format_duration(stuck)}; write a shorter time, or make `within` longer"
        )
        yield file.document.problem(("recovery", "stuck"), message)


def phases_too_short(file: ExperimentFile) -> Iterator[Problem]:
    for phase in phases_with_bounds(file):
        yield from percentiles_of_few(file, phase)
        yield from clients_too_slow(file, phase)
    yield from _recovery_between_two_runs(file)
    yield from _faults_between_two_answers(file)
    yield from _notice_between_two_looks(file)


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


def _faults_between_two_answers(file: ExperimentFile) -> Iterator[Problem]:
    """A probe that is not asked while the faults are on shows nothing of them."""
    longest_s = fault_s(file)
    for tolerance in file.plan.probed("during"):
        every = file.system.probes[tolerance.on].every
        if longest_s < every:
            message = (
                f"{tolerance.on} is asked every {format_duration(every)}, and the faults are on for "
                f"{format_duration(longest_s)}, so it may not be asked meanwhile; make `for` longer, or ask it more "
                "often (`every`)"
            )
            yield file.document.problem(("probes", tolerance.on, "during"), message)


def _notice_between_two_looks(file: ExperimentFile) -> Iterator[Problem]:
    """What the app says is known when somebody sees it: a user, or who asks the status page."""
    journeys = file.system.journeys.values()
    status = file.system.detect.status
    if any(journey.rate is None for journey in journeys):
        return
    pauses = [1 / journey.rate for journey in journeys if journey.rate] + ([status.every] if status is not None else [])
    for tolerance in file.plan.detect:
        if tolerance.measure == "told" and not tolerance.bound.upwards and tolerance.bound.value < min(pauses):
            message = (
                f"somebody looks every {format_duration(min(pauses))}, so it can't be seen within "
                f"{format_duration(tolerance.bound.value)}; allow more time, or let more users come"
            )
            yield file.document.problem(("detect", tolerance.measure), message)
