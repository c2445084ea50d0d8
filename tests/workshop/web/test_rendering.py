from __future__ import annotations

from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from chaos.workshop.copy import fingerprint
from chaos.workshop.lessons import LESSONS
from chaos.workshop.lessons.lesson import Lesson
from chaos.workshop.progress import Found, Times
from chaos.workshop.web import rendering
from chaos.workshop.web.jobs import Room
from chaos.workshop.web.learners import Learner, Learners

EVIL = "</textarea><script>alert(1)</script>"
FIVE = LESSONS[5]


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    return Learners(tmp_path / "all", Room(1), lambda: "2026-07-06T20:00:00+00:00").alone("key")


def page(learner: Learner, lesson: Lesson) -> LexborHTMLParser:
    return LexborHTMLParser(rendering.lesson(learner, lesson)["html"])


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: str(lesson.number))
def test_before_the_run_it_asks_and_gives_nothing_away(learner: Learner, lesson: Lesson) -> None:
    found = page(learner, lesson)
    assert len(found.css("input[type=radio]")) == 3
    assert not found.css("#look, #why, #turn, #edit, #prove, [data-do=run]")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: str(lesson.number))
def test_after_the_run_all_of_it_is_there(learner: Learner, lesson: Lesson) -> None:
    learner.notebook.predict(lesson, 0)
    learner.notebook.ran(lesson)
    found = page(learner, lesson)
    assert not found.css("input[type=radio]")
    assert len(found.css("#look, #why, #turn, #prove")) == 4
    assert len(found.css("textarea")) == len(rendering.files_of(lesson))


def test_a_game_day_that_was_played_is_told_with_its_times(learner: Learner) -> None:
    game_day = LESSONS[10]
    learner.notebook.predict(game_day, 0)
    assert len(page(learner, game_day).css("#game [data-say^=fix]")) == 3
    times = Times(seed=7, what="it broke", place="edge", seen_s=2.04, acted_s=9.5, served_s=None, wrong_acts=2)
    learner.notebook.played(game_day, times)
    told = " ".join(page(learner, game_day).css("#go .because")[0].text().split())
    assert told == (
        "Your last game day, number 7: it broke (edge). You saw it: after 2.0 s. You did what helps: after 9.5 s. "
        "People were served again: never. Acts that did not help: 2."
    )


def test_hints_come_one_by_one(learner: Learner) -> None:
    learner.notebook.ran(FIVE)
    for known in range(4):
        if known:
            learner.notebook.hint(FIVE, known)
        found = page(learner, FIVE)
        assert len(found.css(".hints li")) == known
        assert len(found.css("[data-do=hint]")) == (known < 3)


def test_what_a_learner_or_an_app_wrote_is_text(learner: Learner) -> None:
    name = FIVE.edits[0]
    learner.copy.write(name, EVIL, over=fingerprint(learner.copy.read(name)))
    learner.notebook.ran(FIVE)
    learner.notebook.checked(FIVE, (Found(about="it", held=False, said=EVIL),))
    found = page(learner, FIVE)
    assert not found.css("script")
    assert "<script>" in found.css_first(".found").text()


def test_the_board_says_who_is_where(learner: Learner, tmp_path: Path) -> None:
    everybody = Learners(tmp_path / "many", Room(1), lambda: "2026-07-06T20:00:00+00:00")
    ada = everybody.join("Ada")
    everybody.join("Bo")
    ada.notebook.checked(LESSONS[0], (Found(about="it", held=True, said="well"),))
    rows = LexborHTMLParser(rendering.board(everybody)["html"]).css("tbody tr")
    assert [row.css_first("th").text() for row in rows] == ["Ada", "Bo"]
    assert [len(row.css(".done")) for row in rows] == [1, 0]
    assert "lesson 1" in rows[0].text()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a `b*c*d` e", "a <code>b*c*d</code> e"),
        ("a *b c* d", "a <em>b c</em> d"),
        ("2 * 3 < 4 * 5", "2 * 3 &lt; 4 * 5"),
    ],
)
def test_texts_have_code_and_stress_and_nothing_else(text: str, html: str) -> None:
    assert str(rendering.inline(text)) == html
