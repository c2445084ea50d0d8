"""Bounds that say nothing, because the figure can't be on their other side, or can't be on theirs."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.advice.graph import links_reached
from chaos.experiment.advice.ranges import range_of
from chaos.experiment.advice.subject import ExperimentFile
from chaos.experiment.advice.written import written
from chaos.experiment.problems import Problem
from chaos.faults.fault import TakeDown


def bounds_that_cannot_fail(file: ExperimentFile) -> Iterator[Problem]:
    for each in written(file):
        bound, can_be = each.tolerance.bound, range_of(file, each.section, each.tolerance)
        if bound.holds(can_be.low) and bound.holds(can_be.high) and not can_be.may_fail:
            always = "holds or stays undecided" if can_be.undecided else "holds"
            message = f"{bound.text} {always} whatever happens: {can_be.why}; {can_be.better}"
            yield file.document.problem(each.location, message)


def bounds_that_cannot_hold(file: ExperimentFile) -> Iterator[Problem]:
    for each in written(file):
        bound, can_be = each.tolerance.bound, range_of(file, each.section, each.tolerance)
        if not (bound.holds(can_be.low) or bound.holds(can_be.high)):
            yield file.document.problem(each.location, f"{bound.text} never holds: {can_be.why}; {can_be.better}")


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


def uncountable_traffic(file: ExperimentFile) -> Iterator[Problem]:
    """Claims of `links` that are undecided whatever happens, or are about nothing."""
    reached = links_reached(file.system, file.system.journeys)
    down = {fault.on_link for fault in file.experiment.faults if isinstance(fault.change, TakeDown)}
    for each in written(file):
        if each.section != "links":
            continue
        name = each.tolerance.on
        if file.system.links[name].proxy is not None:
            why = "its proxy is your own, whose connections nobody counts"
        elif name not in reached:
            why = "as far as the system tells, no journey comes by it"
        elif name in down and each.tolerance.measure == "amplification":
            why = "a fault takes it down, and who tries to connect to it then is not counted"
        else:
            continue
        yield file.document.problem(each.location, f"this can't be measured: {why}; claim it of another link")
