"""Experiments and journeys that claim too little to be refuted."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.advice.graph import links_reached
from chaos.experiment.advice.subject import ExperimentFile, SystemFile
from chaos.experiment.problems import Problem
from chaos.experiment.request import Expect, Step


def missing_claims(file: ExperimentFile) -> Iterator[Problem]:
    """Then only the way back is judged, and an app that lets everybody down meanwhile passes."""
    experiment = file.experiment
    claimed = experiment.during or experiment.impact or experiment.links or experiment.audit or experiment.rules
    if not claimed and not any(fault.during for fault in experiment.faults):
        name = next(iter(experiment.steady_state))
        message = (
            "nothing is claimed of the time while the fault is on, so whatever users are told then passes; "
            f"add `during`, like: during: {{{name}: {{broken: 0%}}}}, or an `audit`"
        )
        yield file.document.problem(("faults",), message, at_key=True)


def claims_off_the_fault(file: ExperimentFile) -> Iterator[Problem]:
    """Whatever the fault does, these users don't come by it.

    That may be the point: who writes `catches` has thought of where it must fail, and be it nowhere.
    """
    experiment, system = file.experiment, file.system
    audited = [system.audit[name].of for name in experiment.audit]
    faulted = {fault.on_link for fault in experiment.faults if fault.on_link is not None}
    near = faulted & links_reached(system, file.system.journeys)
    if (
        "catches" in file.document.root
        or not experiment.during
        or not near
        or near & links_reached(system, [*experiment.during, *audited])
    ):
        return
    passing = [name for name in file.system.journeys if near & links_reached(system, [name])]
    message = (
        f"as far as the system tells, {', '.join(experiment.during)} never comes by {', '.join(sorted(near))}, "
        f"where the fault is; claim something of {' or '.join(passing)}, too"
    )
    yield file.document.problem(("during",), message, at_key=True)


def missing_expectations(file: SystemFile) -> Iterator[Problem]:
    for name, journey in file.system.journeys.items():
        if not any(_expects(step) for step in journey.steps):
            message = (
                "no step says what it expects, so any page with a status below 400 counts as served, also an empty or "
                "a wrong one; add one like: expect: {text: what users come for}"
            )
            yield file.document.problem(("journeys", name), message, at_key=True)


def _expects(step: Step) -> bool:
    return step.expect != Expect() or bool(step.save) or step.acknowledge is not None
