from __future__ import annotations

import stat
from pathlib import Path

import pytest

from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.workshop.web.jobs import Room
from chaos.workshop.web.learners import KEPT, Learners


def learners(folder: Path) -> Learners:
    return Learners(folder, Room(1), lambda: "2026-07-06T20:00:00+00:00")


def test_each_has_a_copy_and_a_key_of_their_own(tmp_path: Path) -> None:
    room = learners(tmp_path)
    ada, bo = room.join("Ada"), room.join("Bo")
    assert ada.key != bo.key
    assert ada.copy.folder != bo.copy.folder
    assert room.find(ada.key) is ada
    assert room.find("another") is None


def test_they_are_known_again_after_a_restart_and_their_keys_are_nobody_elses(tmp_path: Path) -> None:
    key = learners(tmp_path).join("Ada").key
    again = learners(tmp_path)
    again.known()
    found = again.find(key)
    assert found is not None
    assert found.name == "Ada"
    assert stat.S_IMODE((tmp_path / KEPT).stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["ada", " ADA ", "Ada."])
def test_names_that_look_the_same_are_taken(tmp_path: Path, name: str) -> None:
    room = learners(tmp_path)
    room.join("Ada")
    with pytest.raises(InvalidOption, match="here as"):
        room.join(name)


@pytest.mark.parametrize("name", ["", "..", "/etc", "<b>", "x" * 41, "a/b"])
def test_what_can_be_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidOption, match="a name has"):
        learners(tmp_path).join(name)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_list_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / KEPT).write_text("[")
    with pytest.raises(EnvironmentFailed, match="mend it, or move it away"):
        learners(tmp_path).known()
