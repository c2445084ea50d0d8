"""From verdicts to a report: the budget for flakes, allowances, and a run that is beside itself."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from chaos.cli.outcome import make_report
from chaos.compare.record import Results, record_of
from chaos.experiment.planner import find_files, make_plans
from chaos.experiment.systems import Choices
from chaos.gate.budget import Budget
from chaos.gate.terms import Terms
from chaos.journal.events import RunStarted
from chaos.run.folders import RunFolder, new_run
from chaos.run.terms import HeldTo
from chaos.verdict.judge import judge
from chaos.verdict.verdict import EXIT_CODES, Verdict, Word


@pytest.fixture
def run(folder: Path) -> RunFolder:
    return new_run(["edge_hangs"])


@pytest.fixture
def verdicts(folder: Path) -> Any:
    """One for each word, as of an experiment that was repeated."""
    (plan,) = make_plans(find_files([]), Choices()).plans
    started = RunStarted(at_s=0, plan=plan, gatecrash="1", rules="1", python="3", wall_time="2021-07-06T20:00:00+00:00")
    one = judge([started])

    def made(*words: Word) -> list[Verdict]:
        return [
            dataclasses.replace(one, verdict=word, exit_code=EXIT_CODES[word], repetition=number)
            for number, word in enumerate(words, start=1)
        ]

    return made


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["passed", "passed", "inconclusive", "passed", "passed"], 0),
        (["passed", "inconclusive", "inconclusive", "passed", "passed"], 4),
        (["passed", "passed", "inconclusive", "failed", "passed"], 1),
        (["passed", "failed", "passed", "passed", "passed"], 1),
    ],
)
def test_flakes_are_borne_within_their_budget_and_failures_never(
    run: RunFolder, verdicts: Any, words: list[Word], code: int
) -> None:
    held_to = HeldTo(Terms(flakes=Budget(1, 5)))
    report = make_report(run, verdicts(*words), held_to)
    assert report.exit_code == code
    assert ("edge_hangs" in report.allowed) is (words.count("inconclusive") == 1)
    assert make_report(run, verdicts(*words), HeldTo()).exit_code == (code or 4)


def test_no_run_is_compared_with_itself(run: RunFolder, verdicts: Any) -> None:
    records = tuple(record_of(each) for each in verdicts("passed"))
    itself, other = (Results(format=1, run=name, experiments=records) for name in (run.id, "other"))
    report = make_report(run, verdicts("failed"), HeldTo(Terms(fail_on_worse=True), (itself, other)))
    assert report.comparison is not None
    assert report.comparison.against == ("other",)
    assert [each.says for each in report.ruling.failures] == ["edge_hangs got worse: verdict was passed, and is failed"]
    assert make_report(run, verdicts("failed"), HeldTo(earlier=(itself,))).comparison is None
