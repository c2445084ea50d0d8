from __future__ import annotations

from pathlib import Path

import pytest

from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.workshop.copy import WorkingCopy, editable, files_of, fingerprint
from chaos.workshop.lessons import LESSONS

FIVE = "demo_app/web/mine/lesson_5.py"


def edit(copy: WorkingCopy, name: str, text: str) -> None:
    copy.write(name, text, over=fingerprint(copy.read(name)))


def test_it_has_every_file_that_a_lesson_edits_and_nothing_in_it_is_changed(copy: WorkingCopy) -> None:
    assert all(copy.read(name) and copy.diff(name) == "" for name in editable())
    assert copy.changed_elsewhere() == ()


def test_made_again_it_keeps_what_was_edited(copy: WorkingCopy) -> None:
    edit(copy, FIVE, "mine = True\n")
    copy.make()
    assert copy.read(FIVE) == "mine = True\n"


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(InvalidOption, match="not empty"):
        WorkingCopy(tmp_path).make()
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_what_was_changed_elsewhere_meanwhile_is_not_overwritten(copy: WorkingCopy) -> None:
    seen = fingerprint(copy.read(FIVE))
    (copy.folder / FIVE).write_text("by another editor\n")
    with pytest.raises(InvalidOption, match="changed elsewhere"):
        copy.write(FIVE, "by the page\n", over=seen)
    assert copy.read(FIVE) == "by another editor\n"


@pytest.mark.parametrize("name", ["demo_app/web/resilient.py", "../outside.py", "/etc/hostname", "workshop.json", ""])
def test_only_files_of_lessons_are_written(copy: WorkingCopy, name: str) -> None:
    with pytest.raises(InvalidOption, match="no lesson edits"):
        copy.write(name, "x", over="")


def test_a_text_that_is_far_too_long_is_refused(copy: WorkingCopy) -> None:
    with pytest.raises(InvalidOption, match="longer than"):
        edit(copy, FIVE, "x" * 300_000)


def test_a_diff_shows_what_was_changed(copy: WorkingCopy) -> None:
    edit(copy, FIVE, copy.read(FIVE).replace("REMEMBERS = False", "REMEMBERS = True"))
    assert "-REMEMBERS = False" in copy.diff(FIVE)
    assert "+REMEMBERS = True" in copy.diff(FIVE)


def test_a_reset_brings_the_lessons_files_back_keeps_what_was_there_and_touches_no_others(copy: WorkingCopy) -> None:
    start, lesson = copy.read(FIVE), LESSONS[5]
    edit(copy, FIVE, "mine\n")
    edit(copy, "demo_app/web/mine/lesson_4.py", "also mine\n")
    assert copy.reset(lesson) == (FIVE,)
    assert copy.read(FIVE) == start
    assert (copy.folder / f"{FIVE}~").read_text() == "mine\n"
    assert copy.read("demo_app/web/mine/lesson_4.py") == "also mine\n"


def test_a_file_that_is_gone_comes_back_by_a_reset(copy: WorkingCopy) -> None:
    (copy.folder / FIVE).unlink()
    with pytest.raises(EnvironmentFailed, match="reset the lesson"):
        copy.read(FIVE)
    copy.reset(LESSONS[5])
    assert copy.read(FIVE)


def test_changes_that_no_lesson_asks_for_are_found_and_left_out_of_what_is_staged(
    copy: WorkingCopy, tmp_path: Path
) -> None:
    (copy.folder / "demo_app/system.yaml").write_text("name: other\n")
    edit(copy, FIVE, "mine\n")
    assert copy.changed_elsewhere() == ("demo_app/system.yaml",)
    copy.stage(tmp_path / "staged")
    assert "name: clipshare" in (tmp_path / "staged/demo_app/system.yaml").read_text()
    assert (tmp_path / "staged" / FIVE).read_text() == "mine\n"


def test_staged_without_the_lessons_it_is_the_app_of_that_night(copy: WorkingCopy, tmp_path: Path) -> None:
    start = copy.read(FIVE)
    edit(copy, FIVE, "mine\n")
    copy.stage(tmp_path / "night", lessons_done=False)
    assert (tmp_path / "night" / FIVE).read_text() == start


def test_files_of_a_lesson_are_named_once() -> None:
    for lesson in LESSONS:
        assert len(files_of(lesson)) == len(set(files_of(lesson)))
