"""Which experiments are meant: those of some files, by their names and tags."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chaos.errors import InvalidFile, InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.planner import find_files, make_plans
from chaos.experiment.systems import Choices


def select(
    paths: Sequence[Path] | None, chosen: Choices, keyword: str | None, tags: Sequence[str] | None
) -> tuple[Plan, ...]:
    """The plans to run. Raises `InvalidFile` with every problem of every file, or `InvalidOption` if none is left."""
    found = make_plans(find_files(paths or ()), chosen)
    if found.problems:
        raise InvalidFile(found.problems)
    if not found.plans:
        raise InvalidOption("there is no experiment among these files")
    plans = tuple(plan for plan in found.plans if _matches(plan, keyword, tags or ()))
    if not plans:
        known = ", ".join(sorted({tag for plan in found.plans for tag in plan.experiment.tags}))
        raise InvalidOption(f"none of the {len(found.plans)} experiments matches; their tags are: {known or 'none'}")
    return plans


def _matches(plan: Plan, keyword: str | None, tags: Sequence[str]) -> bool:
    text = f"{plan.id} {plan.experiment.name}".casefold()
    return (keyword is None or keyword.casefold() in text) and (not tags or bool(set(tags) & set(plan.experiment.tags)))
