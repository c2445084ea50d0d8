"""The budget for flakes: of so many repetitions of an experiment, so many may be inconclusive."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from chaos.verdict.repeats import Repeats

_BUDGET: Final = re.compile(r"(\d+) of (\d+)")


@dataclass(frozen=True, slots=True)
class Budget:
    """`most` of `runs`. For other numbers of repetitions it is the same share, rounded down: none of a few."""

    most: int
    runs: int

    def __str__(self) -> str:
        return f"{self.most} of {self.runs}"

    def of(self, runs: int) -> int:
        return self.most * runs // self.runs


def parse_budget(found: object) -> Budget:
    """From `1 of 5`. Raises `ValueError`."""
    match = _BUDGET.fullmatch(found) if isinstance(found, str) else None
    if match is None:
        raise ValueError(f'{found!r} is not a budget for flakes; it is written like "1 of 5"')
    budget = Budget(int(match[1]), int(match[2]))
    if not 0 < budget.most < budget.runs:
        raise ValueError(f"{budget}: at least one run may be inconclusive, and never all of them")
    return budget


def _read(found: Any) -> Budget:
    return found if isinstance(found, Budget) else parse_budget(found)


BudgetText = Annotated[
    Budget,
    BeforeValidator(_read),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["1 of 5"]}),
]


def borne(repeats: Sequence[Repeats], budget: Budget) -> Mapping[str, str]:
    """Experiments whose inconclusive repetitions stay within the budget, each with what is said of it."""
    return {
        each.id: f"{count} of {each.runs} runs, and the budget for flakes is {budget}"
        for each in repeats
        if 0 < (count := each.counts.get("inconclusive", 0)) <= budget.of(each.runs)
    }
