"""Whether runs can be written, found out without leaving anything behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaos.doctor.check import well
from chaos.doctor.writable import runs_folder, state_folder


def test_what_is_not_there_yet_can_be_made_and_is_not(work: Path, tmp_path: Path) -> None:
    assert runs_folder() == well(str(work / ".gatecrash" / "runs"))
    assert state_folder() == well(str(tmp_path / "state" / "gatecrash" / "leases"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work"]
    assert list(work.iterdir()) == []


def test_a_file_in_the_way_of_runs_is_wrong(work: Path) -> None:
    (work / ".gatecrash").write_text("")
    found = runs_folder()
    assert found.status == "wrong"
    assert f"{work / '.gatecrash'} can't be written to" in found.says


def test_a_file_in_the_way_of_the_state_is_wrong(work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "state").write_text("")
    found = state_folder()
    assert found.status == "wrong"
    assert "XDG_STATE_HOME" in found.do
