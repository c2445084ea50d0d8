from __future__ import annotations

import json

import pytest

from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.workshop.copy import PROGRESS
from chaos.workshop.lessons import LESSONS
from chaos.workshop.progress import Found, Notebook, Progress, letter

TWO = LESSONS[2]
HELD = Found(about="your app", held=True, said="passed")
NOT_HELD = Found(about="your app", held=False, said="failed", then="Look again.")


def test_a_prediction_is_sealed_and_can_not_be_made_again(notebook: Notebook) -> None:
    notebook.predict(TWO, 1)
    with pytest.raises(InvalidOption, match="sealed since 2026-07-06T20:00:00"):
        notebook.predict(TWO, 0)
    kept = notebook.read().of(TWO).prediction
    assert kept is not None
    assert kept.choice == 1
    assert kept.holds(2)
    assert notebook.broken_seals() == ()


@pytest.mark.parametrize(("key", "value"), [("choice", 0), ("at", "2026-07-06T19:00:00+00:00")])
def test_a_prediction_that_was_changed_by_hand_is_noticed(notebook: Notebook, key: str, value: object) -> None:
    notebook.predict(TWO, 1)
    path = notebook.folder / PROGRESS
    kept = json.loads(path.read_text())
    kept["steps"]["2"]["prediction"][key] = value
    path.write_text(json.dumps(kept))
    assert notebook.broken_seals() == (2,)


def test_lessons_that_mend_the_app_are_open_until_they_are_proven(notebook: Notebook) -> None:
    assert [lesson.number for lesson in notebook.read().unmended] == [3, 4, 5, 6, 7, 8]
    notebook.checked(LESSONS[4], (HELD,))
    assert [lesson.number for lesson in notebook.read().unmended] == [3, 5, 6, 7, 8]


def test_a_lesson_is_proven_once_all_was_held_and_stays_so(notebook: Notebook) -> None:
    assert notebook.checked(TWO, (HELD, NOT_HELD)).proven is None
    proven = notebook.checked(TWO, (HELD,)).proven
    assert proven is not None
    later = notebook.checked(TWO, (NOT_HELD,))
    assert later.proven == proven
    assert later.found == (NOT_HELD,)


def test_what_could_not_be_concluded_proves_nothing(notebook: Notebook) -> None:
    assert notebook.checked(TWO, (HELD, Found(about="it", held=None, said="too busy"))).proven is None


def test_a_check_that_looked_at_nothing_proves_nothing(notebook: Notebook) -> None:
    assert notebook.checked(TWO, ()).proven is None


def test_hints_only_grow(notebook: Notebook) -> None:
    notebook.hint(TWO, 2)
    assert notebook.hint(TWO, 1).hints == 2


def test_the_next_lesson_is_the_first_that_is_not_proven(notebook: Notebook) -> None:
    assert Progress().next is LESSONS[0]
    for lesson in (LESSONS[0], LESSONS[1], LESSONS[3]):
        notebook.checked(lesson, (HELD,))
    assert notebook.read().next is TWO


@pytest.mark.parametrize("damage", ["{", '{"steps": {"2": {"hints": 9}}}', '{"other": 1}', "", "[]"])
def test_a_damaged_file_is_said_to_be_so_and_left_as_it_is(notebook: Notebook, damage: str) -> None:
    path = notebook.folder / PROGRESS
    path.write_text(damage)
    with pytest.raises(EnvironmentFailed, match=r"damaged .*; mend it"):
        notebook.hint(TWO, 1)
    assert path.read_text() == damage


@pytest.mark.parametrize(("text", "choice"), [("A", 0), ("b", 1), ("C", 2)])
def test_letters_stand_for_choices(text: str, choice: int) -> None:
    assert letter(text) == choice


@pytest.mark.parametrize("text", ["", "D", "AB", "1"])
def test_anything_else_is_no_choice(text: str) -> None:
    with pytest.raises(InvalidOption, match="write A, B or C"):
        letter(text)
