"""Annotations: one line each, and no app can give the runner a command."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

from chaos.reports.github import write_github
from chaos.reports.report import Report

COMMAND = re.compile(r"::(error|warning|notice)(?: ([^:]*))?::(.*)")


def annotations(*verdicts: Any, **others: Any) -> list[tuple[str, dict[str, str], str]]:
    stream = io.StringIO()
    write_github(Report(run="run-1", verdicts=verdicts, **others), stream)
    found = []
    for line in stream.getvalue().splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        level, properties, said = match.groups()
        found.append((level, dict(each.split("=", 1) for each in (properties or "").split(",") if each), said))
    return found


def test_a_refuted_claim_is_an_error_on_the_line_of_the_yaml(full: Any, experiment_file: Path) -> None:
    (level, where, said), last = annotations(full(file=str(experiment_file)))
    assert level == "error"
    assert (where["file"], where["line"], where["col"]) == ("experiments/db_hangs.yaml", "6", "10")
    assert where["title"] == "db_hangs%3A claim-during"
    assert said.startswith("The database hangs failed: open broken <= 5%25: broken was 44.5%25")
    assert last == ("notice", {"title": "Gatecrash"}, "The experiment failed; run run-1")


def test_what_is_allowed_or_left_out_is_a_notice(bare: Any) -> None:
    found = annotations(
        bare("inconclusive", reasons=("few",)), allowed={"db_hangs": "until May"}, skipped={"x": "no Docker"}
    )
    assert [level for level, _, _ in found] == ["notice"] * 3
    assert found[0][2].endswith("few (allowed: until May)")
    assert found[1] == ("notice", {"title": "x was skipped"}, "no Docker")


@pytest.mark.parametrize(
    "hostile", ["x\n::set-env name=A::b", "x\r\n::error::y", "x\u2028::error::y", "x\x0b::error::y", "%0A::error::y"]
)
def test_what_an_app_says_stays_on_its_line(bare: Any, hostile: str) -> None:
    stream = io.StringIO()
    made = bare("error", reasons=(hostile,), title=hostile, file=hostile, id="a,b:c=d")
    write_github(Report(run="run-1", verdicts=[made]), stream)
    said = stream.getvalue()
    assert len(said.splitlines()) == 2
    assert "%0A::error" not in said.replace("%250A", "").replace("%0D%0A::error", "")
    assert "title=a%2Cb%3Ac=d%3A verdict-error::" in said


def test_of_a_repeated_experiment_the_worst_run_is_told_and_how_often_each_verdict_came(verdict: Any) -> None:
    runs = [verdict("passed", repetition=1), verdict("failed", repetition=2), verdict("failed", repetition=3)]
    found = annotations(*runs)
    assert [level for level, _, _ in found] == ["error", "error", "notice", "notice"]
    (_, where, said) = found[-2]
    assert where["title"] == "db_hangs was repeated"
    assert said.startswith("2 failed, 1 passed of 3 runs (95%25: 6.1%25 to 79.2%25 pass); MTTR")
