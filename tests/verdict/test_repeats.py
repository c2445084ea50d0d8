"""An experiment that was run several times."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from chaos.journal import events as e
from chaos.verdict.repeats import summarize
from chaos.verdict.verdict import Verdict

Tell = Callable[..., Any]


def runs(tell: Tell, *after: str) -> list[Verdict]:
    """One verdict for each way back, in a row."""
    found = []
    for number, told in enumerate(after, start=1):
        story = tell().night(after=told).end()
        story.events[0] = dataclasses.replace(story.events[0], repetition=number)
        found.append(story.verdict())
    return found


def test_the_worst_counts_and_the_others_are_counted(story: Tell) -> None:
    (found,) = summarize(runs(story, "45s", "120b", "1b 45s", "45s"))
    assert (found.runs, found.counts, found.recovered) == (4, {"passed": 3, "failed": 1}, 3)
    assert (found.worst.verdict, found.worst.repetition) == ("failed", 2)
    assert found.passed == (pytest.approx(0.3006, abs=1e-3), pytest.approx(0.9544, abs=1e-3))


def test_mttr_is_the_mean_of_the_intervals_of_those_that_recovered(story: Tell) -> None:
    (found,) = summarize(runs(story, "1b 45s", "11b 45s", "120b"))
    assert found.mttr is not None
    assert found.mttr.at_least_s == pytest.approx((0 + 0.5) / 2)
    assert found.mttr.at_most_s == pytest.approx((0.05 + 0.55) / 2)


def test_without_a_recovery_there_is_no_mttr(story: Tell) -> None:
    (found,) = summarize(runs(story, "120b", "120b"))
    assert found.mttr is None


def test_what_was_run_once_is_no_repetition_and_variants_are_told_apart(story: Tell) -> None:
    once = runs(story, "45s")
    other = [dataclasses.replace(verdict, variant="fragile") for verdict in once]
    assert summarize([*once, *other]) == ()
    twice = runs(story, "45s", "45s")
    found = summarize([*twice, *(dataclasses.replace(verdict, variant="fragile") for verdict in twice)])
    assert [(each.variant, each.runs) for each in found] == [(None, 2), ("fragile", 2)]


def test_the_judge_takes_the_number_from_the_journal(story: Tell) -> None:
    assert [verdict.repetition for verdict in runs(story, "45s", "45s")] == [1, 2]
    assert isinstance(story().events[0], e.RunStarted)
