"""The learner's own copy of the app and the lessons' experiments: made once, never overwritten without being asked."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.shipped import experiments_folder
from chaos.workshop.lessons import LESSONS
from chaos.workshop.lessons.lesson import MINE, Lesson

START: Final = Path(__file__).parent / "start"
TWINS: Final = Path(__file__).parent / "twins"
PROGRESS: Final = "workshop.json"
MOST_BYTES: Final = 256 * 1024
"""Of a file that is edited."""


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """Files are named from `folder` on, with slashes."""

    folder: Path

    def is_made(self) -> bool:
        return (self.folder / PROGRESS).is_file()

    def make(self) -> None:
        """Harmless where it is made already. Raises `InvalidOption` for a folder that has something else in it, and
        `EnvironmentFailed` when it can't be written.
        """
        if self.is_made():
            return
        try:
            if self.folder.is_dir() and any(self.folder.iterdir()):
                message = f"{self.folder} is not empty, and no workshop was begun there; choose another with --into DIR"
                raise InvalidOption(message)
            for source, name in _all_files():
                _copy(source, self.folder / name)
            (self.folder / PROGRESS).write_text("{}\n")
        except OSError as error:
            raise EnvironmentFailed(f"{error.filename}: the working copy can't be made: {error.strerror}") from None

    def read(self, name: str) -> str:
        """Raises `EnvironmentFailed` for a file that is gone or no text."""
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise EnvironmentFailed(
                f"{self.folder / name} is no text in UTF-8; reset the lesson to have it back"
            ) from None
        except OSError as error:
            message = f"{self.folder / name} can't be read: {error.strerror}; reset the lesson to have it back"
            raise EnvironmentFailed(message) from None

    def write(self, name: str, text: str, *, over: str) -> str:
        """Only what lessons edit, and only over the text with the fingerprint `over`: what was changed meanwhile in
        another window or editor is not lost. Returns the new fingerprint. Raises `InvalidOption`.
        """
        if name not in editable():
            raise InvalidOption(f"{name}: no lesson edits this file")
        text = text.replace("\r\n", "\n")
        if len(text.encode("utf-8", "replace")) > MOST_BYTES:
            raise InvalidOption(
                f"{name}: this text is longer than {MOST_BYTES // 1024} KiB, more than any lesson needs"
            )
        if over != fingerprint(self.read(name)):
            raise InvalidOption(f"{name} was changed elsewhere meanwhile; copy what you wrote, and load the page again")
        self._replace(name, text)
        return fingerprint(text)

    def diff(self, name: str) -> str:
        """What the learner changed, as a unified diff; empty: nothing."""
        start, now = _source(name).read_text().splitlines(), self.read(name).splitlines()
        return "\n".join(difflib.unified_diff(start, now, f"{name} (start)", name, lineterm=""))

    def reset(self, lesson: Lesson) -> tuple[str, ...]:
        """Bring its files back to how they were; what was there is kept beside them. Returns those that had changed."""
        changed = tuple(name for name in files_of(lesson) if self._is_changed(name))
        for name in changed:
            path = self.folder / name
            if path.is_file():
                shutil.copyfile(path, path.with_name(f"{path.name}~"))
            self._replace(name, _source(name).read_text())
        return changed

    def changed_elsewhere(self) -> tuple[str, ...]:
        """Files that no lesson asks to change: checks are made without these changes."""
        allowed = {*editable(), "README.md"}
        return tuple(name for _, name in _all_files() if name not in allowed and self._is_changed(name))

    def stage(self, into: Path, *, lessons_done: bool = True) -> None:
        """A fresh copy with the learner's files of the app in it (or, without them, as it was that night)."""
        for source, name in _all_files():
            _copy(source, into / name)
        for twin in TWINS.iterdir():
            _copy(twin, into / "twins" / twin.name)
        for path in sorted((self.folder / MINE).glob("*.py")) if lessons_done else ():
            _copy(path, into / MINE / path.name)

    def _is_changed(self, name: str) -> bool:
        path = self.folder / name
        return not path.is_file() or path.read_bytes() != _source(name).read_bytes()

    def _replace(self, name: str, text: str) -> None:
        path = self.folder / name
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(text, encoding="utf-8", errors="replace")
            beside.replace(path)
        except OSError as error:
            raise EnvironmentFailed(f"{path} can't be written: {error.strerror}") from None


def files_of(lesson: Lesson) -> tuple[str, ...]:
    """Those that a learner may change in this lesson: what it asks for first, then its experiment."""
    return tuple(dict.fromkeys([*lesson.edits, *([lesson.experiment] if lesson.experiment else [])]))


def editable() -> frozenset[str]:
    return frozenset(name for lesson in LESSONS for name in files_of(lesson))


def fingerprint(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def _all_files() -> Iterator[tuple[Path, str]]:
    """Each file of a fresh copy, and its name there."""
    for below, prefix in ((experiments_folder().parent / "demo_app", "demo_app/"), (START, "")):
        for path in sorted(below.rglob("*")):
            name = path.relative_to(below).as_posix()
            if path.is_file() and "__pycache__" not in name:
                yield path, f"{prefix}{name}"


def _source(name: str) -> Path:
    return experiments_folder().parent / name if name.startswith("demo_app/") else START / name


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
