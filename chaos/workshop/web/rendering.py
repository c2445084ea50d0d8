"""From a learner's progress to pages. Everything that a learner or an app wrote is escaped."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from chaos.workshop.copy import files_of, fingerprint
from chaos.workshop.gameday.scenarios import PLACES
from chaos.workshop.lessons import LESSONS
from chaos.workshop.lessons.lesson import Lesson, Played
from chaos.workshop.progress import LETTERS
from chaos.workshop.web.learners import Learner, Learners

PAGES: Final = Path(__file__).parent / "pages"
_CODE: Final = re.compile("`([^`]+)`")
_STRESSED: Final = re.compile(r"\*([^*\s][^*]*)\*")


def home(learner: Learner) -> dict[str, str]:
    progress = learner.notebook.read()
    page = _render("home.html", learner=learner, progress=progress, lessons=LESSONS, next=progress.next)
    return {"title": "The evening of 6 July", "html": page}


def lesson(learner: Learner, chosen: Lesson) -> dict[str, str]:
    progress = learner.notebook.read()
    step = progress.of(chosen)
    files = [_file(learner, name) for name in files_of(chosen)] if step.runs else []
    following = LESSONS[chosen.number + 1] if chosen.number + 1 < len(LESSONS) else None
    page = _render(
        "lesson.html",
        lesson=chosen,
        step=step,
        files=files,
        letters=LETTERS,
        following=following,
        progress=progress,
        lessons=LESSONS,
        is_game=isinstance(chosen.proof, Played),
        places=PLACES,
    )
    return {"title": f"{chosen.number}: {chosen.title}", "html": page}


def board(learners: Learners) -> dict[str, str]:
    rows = [(each, each.notebook.read()) for each in learners.all]
    page = _render("board.html", rows=rows, lessons=LESSONS)
    return {"title": "Where everybody is", "html": page}


def prose(text: str) -> Markup:
    """Paragraphs, `code` and *stress*; nothing else has a meaning."""
    return Markup("\n").join(Markup("<p>") + inline(part) + Markup("</p>") for part in text.split("\n\n"))


def inline(text: str) -> Markup:
    marked = _CODE.sub(r"<code>\1</code>", str(escape(" ".join(text.split()))))
    parts = re.split(r"(<code>.*?</code>)", marked)  # what is code has no stress in it
    return Markup("".join(each if each.startswith("<code>") else _STRESSED.sub(r"<em>\1</em>", each) for each in parts))


def moment(text: str) -> str:
    """A time of the wall clock as people read it; what is none stays as it is."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%H:%M:%S UTC")
    except ValueError:
        return text


def _file(learner: Learner, name: str) -> dict[str, str]:
    text = learner.copy.read(name)
    return {"name": name, "text": text, "fingerprint": fingerprint(text), "diff": learner.copy.diff(name)}


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(prose=prose, inline=inline, moment=moment)
    return made
