"""The workshop for several learners, in a browser: they join, each gets a copy, and a board shows who is where."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chaos.workshop.lessons import LESSONS

pytestmark = pytest.mark.system

WORD = "sunset-clip"
WITHIN_MS = 60_000
EVERYTHING_SHOWN = {
    "runs": 1,
    "hints": 2,
    "found": [{"about": "your app", "held": False, "said": "no", "then": "Why?"}],
}


@dataclass(frozen=True)
class Hall:
    origin: str
    board: str
    copies: Path


@pytest.fixture
def hall(gatecrash: Any) -> Iterator[Hall]:
    process = gatecrash.start("workshop", "--facilitate", "--token", WORD, "--port", "0", "--no-open")
    joins, board = (process.stdout.readline() for _ in range(2))
    found = re.search(r"(http\S+)/join, with the word sunset-clip", joins)
    assert found is not None, joins
    yield Hall(found[1], board.split()[-1], gatecrash.folder / "gatecrash-workshop")
    os.kill(process.pid, signal.SIGINT)
    output = process.communicate(timeout=30)[0]
    assert process.returncode == 0, output
    assert not gatecrash.leases


@pytest.fixture
def someone(browser: Any) -> Iterator[Callable[[], Any]]:
    """A page in a browser of their own."""
    contexts = []

    def come() -> Any:
        contexts.append(browser.new_context(bypass_csp=True))  # for axe alone
        return contexts[-1].new_page()

    yield come
    for context in contexts:
        context.close()


def join(page: Any, hall: Hall, name: str) -> None:
    page.goto(f"{hall.origin}/join")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("The word").fill(WORD)
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="Begin").wait_for()


def test_axe_finds_nothing_on_any_page_light_or_dark(hall: Hall, someone: Any, axe: Path) -> None:
    page = someone()
    looks = axe.read_text()

    def offences() -> list[str]:
        """In the dark, only colours are others."""
        page.evaluate(looks)
        return [
            f"{page.url} {scheme}: {each['id']}: {[node['target'] for node in each['nodes']][:3]}"
            for scheme, options in {"light": {}, "dark": {"runOnly": ["color-contrast"]}}.items()
            for each in axe_finds(page, scheme, {"resultTypes": ["violations"], **options})
        ]

    page.goto(f"{hall.origin}/join")
    page.get_by_role("button", name="Join").wait_for()
    told = offences()
    join(page, hall, "Ann")
    told += offences()
    steps = {str(lesson.number): EVERYTHING_SHOWN for lesson in LESSONS[1:]}
    (hall.copies / "ann/workshop.json").write_text(json.dumps({"steps": steps}))
    for lesson in LESSONS:
        page.goto(f"{hall.origin}/lesson/{lesson.number}")
        page.get_by_role("heading", name=lesson.title, level=1).wait_for()
        assert page.get_by_role("button", name="Prove it").count() == (lesson.number > 0)
        told += offences()
    page.goto(hall.board)
    page.get_by_role("rowheader", name="Ann").wait_for()
    assert told + offences() == []
    page.goto(hall.origin)  # whoever holds it may learn in it as well, in the same browser
    page.get_by_role("link", name="Go on with lesson").or_(page.get_by_role("link", name="Begin")).wait_for()


def axe_finds(page: Any, scheme: str, options: Any) -> Any:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return page.evaluate("(options) => axe.run(options).then((result) => result.violations)", options)


@pytest.mark.nightly
def test_two_learners_take_turns_and_the_board_shows_where_they_are(hall: Hall, someone: Any) -> None:
    ann, bo, board = someone(), someone(), someone()
    join(ann, hall, "Ann")
    bo.goto(f"{hall.origin}/join")
    bo.get_by_label("Your name").fill("ANN")
    bo.get_by_label("The word").fill("a guess")
    bo.get_by_role("button", name="Join").click()
    bo.get_by_role("alert").filter(has_text="not the word").wait_for()
    bo.get_by_label("The word").fill(WORD)
    bo.get_by_role("button", name="Join").click()
    bo.get_by_role("alert").filter(has_text="somebody is here as").wait_for()
    join(bo, hall, "Bo")
    board.goto(hall.board)
    for page in (ann, bo):
        page.goto(f"{hall.origin}/lesson/4")
        page.locator("input[type=radio]").first.check()
        page.get_by_role("button", name="Seal my prediction").click()
        page.get_by_role("button", name="Run it").click()
        page.get_by_text(re.compile("running lesson 4|waits in line")).wait_for()
    bo.get_by_text("lesson 4 waits in line: 1.").wait_for()
    board.get_by_role("row", name=re.compile(r"Ann.*runs lesson 4$")).wait_for(timeout=WITHIN_MS)
    board.get_by_role("row", name=re.compile(r"Bo.*runs lesson 4 \(1\. in line\)")).wait_for(timeout=WITHIN_MS)
    ann.get_by_role("button", name="Stop, undo everything").click()
    ann.get_by_text("stopped; everything is undone").wait_for(timeout=WITHIN_MS)
    bo.locator("#prove").wait_for(timeout=2 * WITHIN_MS)
    board.get_by_role("row", name=re.compile("Bo.*begun")).wait_for(timeout=WITHIN_MS)
    bo.close()
    board.get_by_role("row", name=re.compile(r"Bo.*\(away\)")).wait_for(timeout=WITHIN_MS)
    for name, runs in (("ann", 0), ("bo", 1)):
        steps = json.loads((hall.copies / name / "workshop.json").read_text())["steps"]
        assert steps["4"].get("runs", 0) == runs
