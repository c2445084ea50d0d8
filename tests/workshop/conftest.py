"""A working copy, and what a learner would write into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chaos.workshop.copy import WorkingCopy
from chaos.workshop.lessons.lesson import MINE
from chaos.workshop.progress import Notebook

SOLVED = Path(__file__).parent / "solved"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkingCopy:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = WorkingCopy(tmp_path / "copy")
    made.make()
    return made


@pytest.fixture
def notebook(copy: WorkingCopy) -> Notebook:
    times = (f"2026-07-06T20:{minute:02}:00+00:00" for minute in range(60))
    return Notebook(copy.folder, lambda: next(times))


@pytest.fixture
def solve() -> Callable[..., None]:
    """Writes the solved files of these lessons into a copy."""

    def write(folder: Path, *lessons: int) -> None:
        for number in lessons:
            for path in _solved(number):
                below = folder / (MINE if path.suffix == ".py" else "experiments")
                shutil.copyfile(path, below / path.name)

    return write


def _solved(number: int) -> Iterator[Path]:
    yield from sorted(SOLVED.glob(f"lesson_{number}.*"))
