"""Which files are experiments: those that are called so, and those that the project file names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from chaos.errors import InvalidFile
from chaos.project.finding import may_exist

ENDINGS: Final = (".experiment.yaml", ".experiment.yml")


class Named(NamedTuple):
    """What the project file says. `allowed`: experiments that may be inconclusive today, each with the reason."""

    experiments: tuple[Path, ...]
    allowed: Mapping[str, str]


_NAMED: Final = pytest.StashKey[Named]()


def is_experiment(file: Path, config: pytest.Config) -> bool:
    if file.name.endswith(ENDINGS):
        return True
    return any(file == path or path in file.parents for path in project_of(config).experiments)


def project_of(config: pytest.Config) -> Named:
    """Of the root directory, or the nearest one above it that has one. Read once."""
    if _NAMED not in config.stash:
        config.stash[_NAMED] = _read(config.rootpath)
    return config.stash[_NAMED]


def _read(root: Path) -> Named:
    """Raises `pytest.UsageError` for a file that says something wrong."""
    if not may_exist(root):
        return Named((), {})
    from chaos.project.project import find_project
    from chaos.project.terms import allowed_on

    try:
        project = find_project(root)
    except InvalidFile as error:
        raise pytest.UsageError(str(error)) from None
    if project is None:
        return Named((), {})
    return Named(project.experiments, allowed_on(datetime.now(UTC).date(), project))
