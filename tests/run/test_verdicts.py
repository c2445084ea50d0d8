"""Who judges a journal makes no difference to its verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chaos.errors import EnvironmentFailed
from chaos.journal import events as e
from chaos.journal.journal import Journal, read_journal
from chaos.run.verdicts import verdict_of
from chaos.verdict.judge import judge


def written(plan: Any, path: Path) -> Path:
    journal = Journal(path)
    journal.append(
        e.RunStarted(at_s=0.0, plan=plan(), gatecrash="1", rules="1", python="3", wall_time="2026-01-01T00:00:00+00:00")
    )
    journal.append(e.PhaseStarted(at_s=0.1, phase="baseline"))
    for number in range(30):
        due = 0.1 + number / 20
        journal.append(
            e.Sample(
                journey="save", user="u", due_s=due, left_s=due, ended_s=due + 0.01, took_s=0.01, outcome="degraded"
            )
        )
    journal.append(e.RunEnded(at_s=2.0))
    journal.close()
    return path


@pytest.mark.parametrize("long", [True, False])
def test_a_process_of_its_own_gives_the_same_verdict(
    run: Any, plan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long: bool
) -> None:
    path = written(plan, tmp_path / "journal.jsonl")
    expected = judge(read_journal(path))
    monkeypatch.setattr("chaos.run.verdicts.LONG_JOURNAL", 0 if long else 1 << 40)
    monkeypatch.setattr("chaos.run.verdicts.judge", None if long else judge)  # nobody judges here
    assert run(verdict_of(path)) == expected
    assert expected.verdict == "inconclusive"


def test_a_long_journal_that_can_not_be_judged_says_why(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"event": "no such"}\n')
    monkeypatch.setattr("chaos.run.verdicts.LONG_JOURNAL", 0)
    with pytest.raises(EnvironmentFailed, match="this is not an event of a journal"):
        run(verdict_of(path))
