"""Warnings: files that can be run, but would not show what their author probably wants to know.

A check looks for one mistake and yields the places of it, with what to do. A warning never keeps anything from being
run; where the files leave room for doubt, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from chaos.experiment.advice.allowances import ending_allowances, expired_allowances
from chaos.experiment.advice.bounds import (
    bounds_that_cannot_fail,
    bounds_that_cannot_hold,
    uncountable_items,
    uncountable_traffic,
)
from chaos.experiment.advice.claims import claims_off_the_fault, missing_claims, missing_expectations
from chaos.experiment.advice.links import faults_out_of_reach, unused_links
from chaos.experiment.advice.numbers import numbers_out_of_reach
from chaos.experiment.advice.safeguards import safeguards_always_reached, safeguards_out_of_reach
from chaos.experiment.advice.schedule import faults_that_meet_nobody, phases_too_short, stuck_for_longer_than_watched
from chaos.experiment.advice.subject import ExperimentFile, SystemFile
from chaos.experiment.advice.variants import variants_like_the_plain_system
from chaos.experiment.problems import Advice, Problem

OF_EXPERIMENTS: Final[Mapping[str, Callable[[ExperimentFile], Iterator[Problem]]]] = {
    "bound-cannot-fail": bounds_that_cannot_fail,
    "bound-cannot-hold": bounds_that_cannot_hold,
    "audit-cannot-count": uncountable_items,
    "link-cannot-be-measured": uncountable_traffic,
    "nothing-claimed": missing_claims,
    "claim-off-the-fault": claims_off_the_fault,
    "fault-out-of-reach": faults_out_of_reach,
    "fault-meets-nobody": faults_that_meet_nobody,
    "number-out-of-reach": numbers_out_of_reach,
    "stuck-out-of-sight": stuck_for_longer_than_watched,
    "safeguard-out-of-reach": safeguards_out_of_reach,
    "safeguard-always-reached": safeguards_always_reached,
    "phase-too-short": phases_too_short,
    "allowance-expired": expired_allowances,
    "allowance-ends-soon": ending_allowances,
}
OF_SYSTEMS: Final[Mapping[str, Callable[[SystemFile], Iterator[Problem]]]] = {
    "unused-link": unused_links,
    "no-expectation": missing_expectations,
    "safeguard-out-of-reach": safeguards_out_of_reach,
    "safeguard-always-reached": safeguards_always_reached,
    "variant-changes-nothing": variants_like_the_plain_system,
}
"""The checks, by the id that a warning carries."""


def advise(systems: Iterable[SystemFile], experiments: Iterable[ExperimentFile]) -> tuple[Advice, ...]:
    """All warnings, in the order of files and lines. What several files lead to is said once."""
    found = {Advice(problem, name) for each in systems for name, check in OF_SYSTEMS.items() for problem in check(each)}
    found |= {
        Advice(problem, name)
        for each in experiments
        for name, check in OF_EXPERIMENTS.items()
        for problem in check(each)
    }
    return tuple(sorted(found))
