"""What runs a lesson, and what proves it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rich.console import Console

from chaos.journal.journal import Listener
from chaos.run.folders import HOME
from chaos.workshop.copy import WorkingCopy
from chaos.workshop.lessons.lesson import Lesson
from chaos.workshop.progress import Found, Notebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a learner works: the working directory is the copy's folder."""

    copy: WorkingCopy
    notebook: Notebook
    console: Console
    progress: Callable[[], AbstractContextManager[Listener]]
    """Makes a listener that shows what happens, as it happens."""
    seed: int | None = None
    """Of a game day; None: any."""
    on_a_page: bool = False
    """What is printed is shown there, and nobody is at the terminal."""


class Prover(Protocol):
    def run(self, lesson: Lesson, place: Place) -> int:
        """Show what happens; returns an exit code. Raises `InvalidFile` for what can't be planned."""

    def check(self, lesson: Lesson, place: Place) -> tuple[Found, ...]:
        """Every part of the proof. Raises `InvalidFile` for what can't be planned."""


@contextmanager
def staged(copy: WorkingCopy, *, lessons_done: bool = True) -> Iterator[Path]:
    """A fresh copy with the learner's files, for one check."""
    base = (copy.folder / HOME).resolve()
    base.mkdir(exist_ok=True)
    (base / ".gitignore").write_text("*\n")
    folder = Path(tempfile.mkdtemp(prefix="check-", dir=base))
    try:
        copy.stage(folder, lessons_done=lessons_done)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
