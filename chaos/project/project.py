"""Finding and reading the project file: `gatecrash.toml`, or `[tool.gatecrash]` in `pyproject.toml`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from chaos.errors import InvalidFile
from chaos.experiment.loader import Document
from chaos.experiment.problems import Problem
from chaos.experiment.validation import validate
from chaos.project.finding import OWN, SHARED, TABLE, upwards
from chaos.project.settings import Settings
from chaos.project.toml import parse_toml


@dataclass(frozen=True, slots=True)
class Project:
    """One project file. `document` knows the line of every key of it."""

    document: Document
    settings: Settings

    @property
    def file(self) -> str:
        return str(self.document.path)

    @property
    def experiments(self) -> tuple[Path, ...]:
        """As the working directory sees them; empty when the file does not say."""
        return tuple(self.path_of(each) for each in self.settings.experiments)

    def path_of(self, written: str) -> Path:
        return Path(os.path.normpath(self.document.path.parent / written))


def find_project(here: Path = Path()) -> Project | None:
    """The project file of this folder or the nearest one above it, within the same repository; None: there is none.

    Raises `InvalidFile` with every problem of it.
    """
    for folder in upwards(here):
        found = [document for document in (_own(folder / OWN), _shared(folder / SHARED)) if document is not None]
        if len(found) == 2:
            message = f"{folder / SHARED} has a [tool.gatecrash] as well; keep one of them"
            raise InvalidFile([Problem(found[0].path, 1, 1, "", message)])
        if found:
            return _read(found[0])
    return None


def project_experiments() -> tuple[Path, ...]:
    """What the project file says is to be run; empty when there is none or it does not say. Raises `InvalidFile`."""
    project = find_project()
    return project.experiments if project is not None else ()


def _own(path: Path) -> Document | None:
    text = _text(path)
    return parse_toml(text, path) if text is not None else None


def _shared(path: Path) -> Document | None:
    """One that does not even name us is nobody's business here, and need not be well."""
    text = _text(path)
    return parse_toml(text, path, TABLE) if text is not None and TABLE[-1] in text else None


def _text(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidFile([Problem(path, 0, 0, "", f"this is not UTF-8 text ({error.reason})")]) from None
    except OSError as error:
        raise InvalidFile([Problem(path, 0, 0, "", f"it can't be read: {error.strerror}")]) from None


def _read(document: Document) -> Project:
    settings, problems = validate(document, Settings)
    if settings is None or problems:
        raise InvalidFile(problems)
    project = Project(document, settings)
    missing = [
        document.problem(("experiments", number), f"there is no file or folder {path}")
        for number, path in enumerate(project.experiments)
        if not path.exists()
    ]
    if missing:
        raise InvalidFile(missing)
    return project
