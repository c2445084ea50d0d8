"""Every lesson has what it promises: files that are there, hints, a question, experiments that can be planned."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices
from chaos.workshop.copy import TWINS, WorkingCopy, files_of
from chaos.workshop.lessons import LESSONS
from chaos.workshop.lessons.lesson import Lesson, Trials
from demo_app.web.mutants import MUTANTS

EACH = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: str(lesson.number))
RUN_S, ALL_S, AROUND_S = 60.0, 480.0, 8.0
"""What a run and a lesson may take; and what starting, baseline and recovery take at most on a machine with time."""


def trials(lesson: Lesson) -> Trials:
    if not isinstance(lesson.proof, Trials):
        pytest.skip("proven in another way")
    return lesson.proof


def test_a_lessons_number_is_its_place() -> None:
    assert [lesson.number for lesson in LESSONS] == list(range(11))


@EACH
def test_it_has_three_hints_a_question_and_all_its_texts(lesson: Lesson) -> None:
    assert len(set(lesson.hints)) == 3
    assert lesson.question is not None
    assert len(set(lesson.question.choices)) == 3
    texts = (
        lesson.at,
        lesson.title,
        lesson.story,
        lesson.look,
        lesson.explanation,
        lesson.task,
        lesson.question.because,
    )
    assert all(text.strip() and "{" not in text for text in texts)


@EACH
def test_no_text_is_longer_than_people_read(lesson: Lesson) -> None:
    for text in (lesson.story, lesson.look, lesson.explanation, lesson.task):
        assert len(text.split()) <= 130
        assert max(len(sentence.split()) for sentence in re.split(r"[.:;?!]\s", text)) <= 40


def test_the_right_answer_is_not_always_the_same() -> None:
    right = [lesson.question.right for lesson in LESSONS if lesson.question is not None]
    assert all(right.count(choice) >= 2 for choice in range(3))


@EACH
def test_its_files_are_there(lesson: Lesson, copy: WorkingCopy) -> None:
    assert all(copy.read(name) for name in files_of(lesson))


@EACH
def test_each_trial_can_be_planned_and_its_defect_exists(lesson: Lesson, copy: WorkingCopy, tmp_path: Path) -> None:
    copy.stage(tmp_path / "staged")
    for trial in trials(lesson).trials:
        name = f"twins/{trial.breaks}.yaml" if trial.breaks else str(lesson.experiment)
        assert trial.on.get("mutant", "none") in {"none", *MUTANTS}
        found = make_plans([tmp_path / "staged" / name], Choices(vars=trial.on))
        assert found.plans
        assert not found.problems


@EACH
def test_there_is_something_that_must_pass_and_something_that_must_fail(lesson: Lesson) -> None:
    assert {trial.must for trial in trials(lesson).trials} == {"pass", "fail"}


@EACH
def test_it_stays_within_its_time(lesson: Lesson, copy: WorkingCopy) -> None:
    """As planned: faults as long as they are written, and around them what a machine with time needs."""
    plans = (
        make_plans([copy.folder / str(lesson.experiment)], Choices(vars={"mode": "mine"})).plans
        if lesson.experiment
        else ()
    )
    lasts_s = [max(fault.ends(0.0) for fault in plan.experiment.faults) + AROUND_S for plan in plans]
    assert sum(lasts_s) <= RUN_S
    assert sum(lasts_s) * (1 + len(lesson.proof.trials) if isinstance(lesson.proof, Trials) else 1) <= ALL_S


def test_every_twin_is_used() -> None:
    used = {trial.breaks for each in LESSONS if isinstance(each.proof, Trials) for trial in each.proof.trials}
    assert {path.stem for path in TWINS.iterdir()} == used - {None}


def test_the_last_hint_of_a_lesson_has_what_solves_it(solve: Callable[..., None], copy: WorkingCopy) -> None:
    """Each line of code in a third hint stands in the solved file, up to how it is laid out."""
    for lesson in LESSONS[1:9]:
        solve(copy.folder, lesson.number)
        written = " ".join(" ".join(copy.read(name) for name in files_of(lesson)).split())
        for line in re.findall("`([^`]+)`", lesson.hints[2]):
            if "=" in line or line.startswith("return"):
                assert " ".join(line.split()).split(": return")[0] in written, (lesson.number, line)
