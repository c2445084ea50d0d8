"""Which cells there are: what experiments claim to catch, the counter-checks, and with `full` every pair."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from chaos.errors import InvalidFile, InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.planner import make_plans
from chaos.experiment.problems import suggest
from chaos.experiment.systems import Choices
from chaos.prove.cell import Cell


def make_cells(
    plans: Sequence[Plan], chosen: Choices, *, full: bool = False, only: Collection[str] = ()
) -> tuple[Cell, ...]:
    """For each of the plain plans, in order. `only`: no variants but these, and no experiment that is not run on one.

    Raises `InvalidOption` for a variant that no system has or when nothing is left, `InvalidFile` when an experiment
    can't be planned on a variant.
    """
    known = {variant for plan in plans for variant in plan.system.variants}
    for variant in only:
        if variant not in known:
            raise InvalidOption(f"--variant: there is no variant {variant!r}; {suggest(variant, known)}")
    cells = tuple(cell for plan in plans for cell in _cells_of(plan, chosen, full, only))
    if not cells:
        raise InvalidOption("none of these experiments claims to catch one of these variants; --full runs every pair")
    return cells


def _cells_of(plan: Plan, chosen: Choices, full: bool, only: Collection[str]) -> Iterator[Cell]:
    claimed = plan.experiment.catches
    others = [variant for variant in plan.system.variants if full and variant not in claimed]
    variants = [variant for variant in (*claimed, *others) if not only or variant in only]
    if only and not variants:
        return
    yield from (Cell(_on(plan, variant, chosen), variant in claimed) for variant in variants if variant in claimed)
    yield Cell(replace(plan, muted=True))
    if full:
        yield Cell(plan)
    yield from (Cell(_on(plan, variant, chosen)) for variant in variants if variant not in claimed)


def _on(plan: Plan, variant: str, chosen: Choices) -> Plan:
    found = make_plans([Path(plan.file)], replace(chosen, variant=variant))
    if found.problems:
        raise InvalidFile(found.problems)
    return next(each for each in found.plans if each.id == plan.id)
