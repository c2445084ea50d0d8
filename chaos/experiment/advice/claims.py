"""Experiments and journeys that claim too little to be refuted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chaos.experiment.advice.graph import links_reached
from chaos.experiment.advice.subject import ExperimentFile, SystemFile
from chaos.experiment.experiment import Experiment
from chaos.experiment.problems import Location, Problem
from chaos.experiment.request import Expect, Step


def missing_claims(file: ExperimentFile) -> Iterator[Problem]:
    """Then only the way back is judged, and an app that lets everybody down meanwhile passes."""
    experiment = file.experiment
    while_on = any(fault.during for fault in experiment.faults) or file.plan.probed("during")
    in_all = experiment.impact or experiment.links or experiment.detect or experiment.audit or experiment.rules
    if not (experiment.during or while_on or in_all):
        name = next(iter(experiment.steady_state))
        message = (
            "nothing is claimed of the time while the fault is on, so whatever users are told then passes; "
            f"add `during`, like: during: {{{name}: {{broken: 0%}}}}, or an `audit`"
        )
        yield file.document.problem(("faults",), message, at_key=True)


def claims_off_the_fault(file: ExperimentFile) -> Iterator[Problem]:
    """Whatever the fault does, these users don't come by it.

    That may be the point: who writes `catches` has thought of where it must fail, and be it nowhere. What is claimed of
    links, probes and notices may well be about the fault.
    """
    experiment, system = file.experiment, file.system
    claimed = _journeys_claimed_of(experiment)
    faulted = {fault.on_link for fault in experiment.faults if fault.on_link is not None}
    near = faulted & links_reached(system, file.system.journeys)
    elsewhere = experiment.links or experiment.detect or file.plan.probed("during")
    audited = [system.audit[name].of for name in experiment.audit]
    if (
        "catches" in file.document.root
        or not claimed
        or not near
        or elsewhere
        or near & links_reached(system, [*claimed, *audited])
    ):
        return
    passing = [name for name in file.system.journeys if near & links_reached(system, [name])]
    message = (
        f"as far as the system tells, {', '.join(claimed)} never comes by {', '.join(sorted(near))}, "
        f"where the fault is; claim something of {' or '.join(passing)}, too"
    )
    yield file.document.problem(next(iter(claimed.values())), message, at_key=True)


def _journeys_claimed_of(experiment: Experiment) -> Mapping[str, Location]:
    """Each with the first section that claims something of it."""
    claimed: dict[str, Location] = dict.fromkeys(experiment.during, ("during",))
    for index, fault in enumerate(experiment.faults):
        for name in fault.during:
            claimed.setdefault(name, ("faults", index, "during"))
    for name in experiment.impact:
        claimed.setdefault(name, ("impact",))
    return claimed


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
