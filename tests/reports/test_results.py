"""results.json: strict JSON, with a next step for every verdict."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from chaos.compare.record import Results, record_of
from chaos.reports.report import Report
from chaos.reports.results import write_results
from chaos.verdict.verdict import RuleFinding


def refuse(constant: str) -> Any:
    raise AssertionError(f"{constant} is no JSON")


def document(report: Report) -> Any:
    stream = io.StringIO()
    write_results(report, stream)
    return json.loads(stream.getvalue(), parse_constant=refuse)


NEXT = {
    "passed": "nothing",
    "failed": "look at what users saw (gatecrash report run-1), mend the app, and run experiments/db_hangs.yaml again",
    "inconclusive": "mend the experiment or its system so that it can tell: why",
    "aborted": "run experiments/db_hangs.yaml again when nothing stops it",
    "error": "mend the environment, then run experiments/db_hangs.yaml again: why",
}


@pytest.mark.parametrize("word", NEXT)
def test_every_verdict_comes_with_its_next_step(verdict: Any, word: str) -> None:
    found = document(Report(run="run-1", verdicts=[verdict(word, reasons=("why",))]))
    (experiment,) = found["experiments"]
    assert found["exit_code"] == experiment["exit_code"]
    assert experiment["next_step"].startswith(NEXT[word])
    assert experiment["conclusive"] is (word in {"passed", "failed"})
    assert experiment["allowed"] is None


def test_what_could_not_be_undone_is_to_be_repaired_first(verdict: Any) -> None:
    reason = "could not undo: remove the toxic (timed out); to repair it: curl -X DELETE http://x"
    (experiment,) = document(Report(run="r", verdicts=[verdict("error", exit_code=6, reasons=(reason,))]))[
        "experiments"
    ]
    assert experiment["next_step"] == f"repair what may still be broken: {reason}"


def test_a_bug_of_ours_is_to_be_reported(verdict: Any) -> None:
    made = verdict("error", exit_code=70, reasons=("a bug in Gatecrash itself: KeyError: 'x'",))
    (experiment,) = document(Report(run="r", verdicts=[made]))["experiments"]
    assert experiment["next_step"] == "report the bug, with the journal: a bug in Gatecrash itself: KeyError: 'x'"


def test_an_allowed_verdict_says_so(verdict: Any) -> None:
    report = Report(run="r", verdicts=[verdict("inconclusive")], allowed={"db_hangs": "until May"})
    found = document(report)
    assert found["exit_code"] == 0
    assert found["experiments"][0]["allowed"] == "until May"


def test_everything_that_a_verdict_knows_is_there(verdict: Any) -> None:
    (experiment,) = document(Report(run="r", verdicts=[verdict()]))["experiments"]
    assert experiment["attempt"] == 1
    assert experiment["claims"][0]["first_offence"]["says"] == "Server error"
    assert experiment["ledgers"][0]["lost"] == ["a", "b"]
    assert experiment["recovered"] == {"at_least_s": 0.2, "at_most_s": 0.25}
    assert experiment["seen"][0]["answer"]["body"] == "Server error"


def test_how_often_each_verdict_of_a_repeated_experiment_came_is_told(verdict: Any) -> None:
    twice = [verdict("passed", repetition=1), verdict("failed", repetition=2)]
    found = document(Report(run="run-1", verdicts=[*twice, verdict("passed", id="once")]))
    (repeats,) = found["repeats"]
    assert (repeats["id"], repeats["runs"], repeats["counts"]) == ("db_hangs", 2, {"passed": 1, "failed": 1})
    assert repeats["mttr"] == {"at_least_s": 0.2, "at_most_s": 0.25}
    assert [each["repetition"] for each in found["experiments"]] == [1, 2, 1]
    assert found["exit_code"] == 1


def test_a_comparison_reads_the_same_of_a_verdict_and_of_its_results(full: Any) -> None:
    finding = RuleFinding(
        rule="G02",
        name="a bare 500",
        level="E",
        journey="open",
        phases=(),
        reason="",
        advice="",
        count=1,
        users=1,
        first_s=None,
    )
    made = full(variant="fragile", findings=(finding,))
    (read,) = Results.model_validate(document(Report(run="r", verdicts=[made]))).experiments
    assert read == record_of(made)
    assert read.plan_sha256 == made.plan_sha256
    assert all(tally.p95_interval_s is not None for tally in read.tallies)
    assert [(each.rule, each.level) for each in read.findings] == [("G02", "E")]
