"""Verdicts on terminals, in pipes and in logs."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pytest
from rich.console import Console

from chaos.reports.report import Report
from chaos.reports.side_by_side import write_side_by_side
from chaos.reports.text import MOST_SEEN, write_text, write_verdict


def on_terminal(made: Any, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None, highlight=False)
    write_verdict(made, console)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def in_pipe(report: Report) -> str:
    stream = io.StringIO()
    write_text(report, stream)
    return stream.getvalue()


def test_a_pipe_gets_one_thing_on_one_line_and_no_colours(verdict: Any) -> None:
    long = "word " * 100
    said = in_pipe(Report(run="run-1", verdicts=[verdict(reasons=(long.strip(),))])).splitlines()
    assert said[0] == "✘ failed  The database hangs"
    assert said[1] == f"    because {long.strip()}"
    assert "\x1b" not in "".join(said)
    assert said[-1] == "1 failed in 7.2s; run run-1"


def test_everything_is_said_once(verdict: Any) -> None:
    said = in_pipe(Report(run="run-1", verdicts=[verdict()]))
    for line in (
        "because open broken: 30% of 100, at most 0% was claimed",
        "and items lost: 2",
        "warning: the baseline was close",
        "held: steady within 3s (0.2s to 0.25s, 40 samples)",
        "proof: hang on db met 9 connections, 700 B held back",
        "meanwhile: 60 served, 10 degraded, 30 broken",
        "items: 50 acknowledged, 48 stored, 2 lost, 0 duplicated, 0 pending, 3 refused, 1 unknown",
        "12 users saw (broken, 30x, open): 500 'Server error' [G02]",
    ):
        assert said.count(f"    {line}\n") == 1, line


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_a_terminal_of_any_width_is_not_overrun(verdict: Any, width: int) -> None:
    made = verdict(title="A title that is longer than a narrow terminal is wide", reasons=("word " * 60,))
    lines = on_terminal(made, width).splitlines()
    assert max(map(len, lines)) <= width
    assert " ".join(" ".join(lines).split()).count("word") == 60


def test_more_kinds_of_answers_than_fit_are_counted(verdict: Any, seen: Any) -> None:
    said = in_pipe(Report(run="r", verdicts=[verdict(seen=(seen,) * (MOST_SEEN + 3))]))
    assert said.count("12 users saw") == MOST_SEEN
    assert "and 3 other kinds of answers" in said


def test_one_user_is_no_users(verdict: Any, seen: Any) -> None:
    alone = dataclasses.replace(seen, users=1, status=None, says="connection reset", rules={})
    said = in_pipe(Report(run="r", verdicts=[verdict(seen=(alone,))]))
    assert "    1 user saw (broken, 30x, open): 'connection reset'\n" in said


def test_a_summary_counts_each_word_and_names_what_was_allowed(verdict: Any, bare: Any) -> None:
    later = "2021-07-06T20:00:05+00:00"  # the second one began five seconds after the first, while that went on
    made = [verdict("passed"), verdict("passed", wall_time=later), bare("inconclusive", id="x[1]", reasons=("few",))]
    said = in_pipe(Report(run="r", verdicts=made, allowed={"x[1]": "see [T-5]"}))
    assert "2 passed, 1 inconclusive in 12.2s; run r\n" in said
    assert "allowed to be inconclusive: x[1] (see [T-5])\n" in said


@pytest.mark.parametrize(("recovered", "watched", "words"), [(None, 5.0, "recovered: not in 5s"), (None, None, "")])
def test_recovery_is_told_as_far_as_it_was_watched(
    verdict: Any, recovered: Any, watched: float | None, words: str
) -> None:
    said = in_pipe(Report(run="r", verdicts=[verdict(recovered=recovered, watched_recovery_s=watched)]))
    assert words in said
    assert ("recovered:" in said) == bool(words)


@pytest.mark.parametrize("width", [20, 75, 76, 100, 200])
def test_two_verdicts_stand_side_by_side_or_below_each_other(verdict: Any, bare: Any, width: int) -> None:
    console = Console(file=io.StringIO(), width=width)
    pairs = [
        (verdict("failed", variant="fragile"), verdict("passed", seen=())),
        (bare("error", variant="fragile"), bare("aborted")),
    ]
    write_side_by_side(pairs, console)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    lines = said.splitlines()
    assert max(map(len, lines)) <= width
    together = any("failed" in line and "passed" in line for line in lines)
    assert together == (width >= 76)
    assert said.count("fragile") == said.count("resilient") == 2
    assert "nobody came" in " ".join(said.split()) or width == 20


def test_what_users_saw_cannot_take_over_the_terminal(verdict: Any, seen: Any) -> None:
    hostile = dataclasses.replace(seen, says="\x1b[2J\x9b[31mred [bold]x[/bold]")
    console = Console(file=io.StringIO(), width=120)
    write_side_by_side([(verdict(seen=(hostile,)), verdict(seen=(hostile,)))], console)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b" not in said
    assert "\x9b" not in said
    assert "[bold]x[/bold]" in said


def test_an_attempt_that_was_not_the_first_is_named(verdict: Any) -> None:
    said = in_pipe(Report(run="run-1", verdicts=[verdict("passed", attempt=2, variant="fragile"), verdict("passed")]))
    heads = [line for line in said.splitlines() if line.startswith("✔")]
    assert heads == ["✔ passed  The database hangs [fragile] (attempt 2)", "✔ passed  The database hangs"]


def test_an_experiment_that_was_repeated_is_summed_up_in_a_line(verdict: Any) -> None:
    stream = io.StringIO()
    verdicts = [verdict("passed", repetition=1), verdict("failed", repetition=2)]
    write_text(Report(run="r", verdicts=verdicts), stream)
    said = stream.getvalue()
    assert "db_hangs: 1 passed, 1 failed of 2 runs (95%: 9.5% to 90.5% pass); MTTR 200ms to 250ms over 2" in said
    assert "The database hangs (run 2)" in said


def test_the_control_is_told_beside_the_system_under_fault(beside: Any) -> None:
    said = in_pipe(Report(run="run-1", verdicts=[beside()]))
    difference = "held: open p95 <= control + 200ms (400ms, control 310ms, +90ms, 98 pairs, 95%: +60ms to +130ms)"
    assert f"    {difference}\n" in said
    assert "    held: open broken <= 5% (2%, control 1%, 100 samples)\n" in said
    assert (
        "    meanwhile: 60 served, 10 degraded, 30 broken\n    without the fault: 90 served, 9 degraded, 1 broken\n"
        in said
    )
