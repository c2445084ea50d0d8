"""The budget for flakes: a share of repetitions, rounded down, and of inconclusive ones only."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.gate.budget import Budget, borne, parse_budget
from chaos.verdict.repeats import summarize


@pytest.mark.parametrize(("runs", "most"), [(1, 0), (4, 0), (5, 1), (9, 1), (10, 2)])
def test_other_numbers_of_runs_have_the_same_share(runs: int, most: int) -> None:
    assert parse_budget("1 of 5").of(runs) == most


@pytest.mark.parametrize("text", ["1", "1/5", "one of five", "1 of 0", "0 of 5", "5 of 5", "6 of 5", 1, ""])
def test_what_is_no_budget_is_told(text: object) -> None:
    with pytest.raises(ValueError, match=r"1 of 5|at least one run may be"):
        parse_budget(text)


def repeats(verdict: Any, *words: str) -> Any:
    return summarize([verdict(word, repetition=number) for number, word in enumerate(words, start=1)])


def test_inconclusive_runs_within_it_are_borne_and_it_is_said(verdict: Any) -> None:
    found = borne(repeats(verdict, "passed", "inconclusive", "passed", "passed", "passed"), Budget(1, 5))
    assert found == {"db_hangs": "1 of 5 runs, and the budget for flakes is 1 of 5"}


@pytest.mark.parametrize(
    "words",
    [
        ("passed",) * 5,
        ("passed", "inconclusive", "inconclusive", "passed", "passed"),
        ("passed", "inconclusive", "passed", "passed"),
        ("passed", "failed", "passed", "passed", "passed"),
        ("passed", "error", "passed", "passed", "passed"),
    ],
)
def test_nothing_else_is(verdict: Any, words: tuple[str, ...]) -> None:
    assert not borne(repeats(verdict, *words), Budget(1, 5))
