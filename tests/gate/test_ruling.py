"""What the gate objects to, and which of it fails."""

from __future__ import annotations

from typing import Any

from chaos.compare.comparison import Compared, Comparison, Difference
from chaos.compare.slack import Slack
from chaos.errors import UNDO_FAILED
from chaos.gate.budget import Budget
from chaos.gate.ruling import rule
from chaos.gate.terms import Terms, as_json, from_json
from chaos.verdict.repeats import summarize


def ruled(verdicts: Any, terms: Terms, comparison: Comparison | None = None, **skipped: str) -> list[tuple[str, bool]]:
    ruling = rule(verdicts, summarize(verdicts), skipped, terms, comparison)
    assert ruling.exit_code == any(each.fails for each in ruling.objections)
    return [(each.says, each.fails) for each in ruling.objections]


def test_what_is_required_must_have_run(verdict: Any) -> None:
    terms = Terms(required=("db_hangs", "missing", "left_out"))
    assert ruled([verdict("passed")], terms, left_out="no Docker") == [
        ("missing is required, and was not run", True),
        ("left_out is required, and was skipped: no Docker", True),
    ]


def test_nothing_is_asked_without_a_project_file(verdict: Any) -> None:
    ruling = rule([verdict("failed")], (), {}, Terms(), None)
    assert (ruling.asked, ruling.objections, ruling.exit_code) == (False, (), 0)


def test_what_was_left_open_is_worse_than_all_else(verdict: Any) -> None:
    ruling = rule([verdict("passed")], (), {}, Terms(required=("missing",)), None, "end the proxy: it would not go")
    assert [each.kind for each in ruling.failures] == ["left_open", "required"]
    assert ruling.exit_code == UNDO_FAILED


def test_an_allowance_that_is_over_is_said_of_what_ran(verdict: Any) -> None:
    terms = Terms(expired={"db_hangs": "that was allowed until 2021-07-05: slow disk", "other": "x"})
    said = "db_hangs may no longer be inconclusive: that was allowed until 2021-07-05: slow disk"
    assert ruled([verdict("inconclusive")], terms) == [(said, False)]


def test_flakes_over_the_budget_are_said(verdict: Any) -> None:
    verdicts = [verdict("inconclusive" if number < 3 else "passed", repetition=number) for number in range(1, 6)]
    said = "db_hangs was inconclusive in 2 of 5 runs; the budget for flakes is 1 of 5"
    assert ruled(verdicts, Terms(flakes=Budget(1, 5))) == [(said, False)]
    assert ruled(verdicts, Terms(flakes=Budget(2, 5))) == []


def comparison(*, counts: bool) -> Comparison:
    difference = Difference(figure="p95", of="open", change="worse", before="1s", now="2s", counts=counts)
    compared = Compared(id="db_hangs", variant=None, title="", standing="compared", differences=(difference,))
    return Comparison(against=("r",), experiments=(compared,))


def test_what_got_worse_fails_the_gate_where_it_shall(verdict: Any) -> None:
    said = "db_hangs got worse: open p95 while the fault was on was 1s, and is 2s"
    assert ruled([verdict("passed")], Terms(fail_on_worse=True), comparison(counts=True)) == [(said, True)]
    assert ruled([verdict("passed")], Terms(fail_on_worse=True), comparison(counts=False)) == []
    assert ruled([verdict("passed")], Terms(), comparison(counts=True)) == []


def test_terms_are_kept_as_they_are() -> None:
    terms = Terms(
        file="gatecrash.toml",
        required=("a",),
        expired={"b": "c"},
        flakes=Budget(1, 5),
        worse={"p95": Slack(0.2, 0.05)},
        fail_on_worse=True,
    )
    assert from_json(as_json(terms)) == terms
