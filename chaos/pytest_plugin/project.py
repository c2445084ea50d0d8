"""Which files are experiments: those that are called so, and those that the project file names."""

from __future__ import annotations

import os
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

ENDINGS: Final = (".experiment.yaml", ".experiment.yml")


class Project(NamedTuple):
    """What the project file says. `allowed`: experiments that may be inconclusive today, each with the reason."""

    experiments: tuple[Path, ...]
    allowed: dict[str, str]


_PROJECT: Final = pytest.StashKey[Project]()


def is_experiment(file: Path, config: pytest.Config) -> bool:
    if file.name.endswith(ENDINGS):
        return True
    return any(file == path or path in file.parents for path in project_of(config).experiments)


def project_of(config: pytest.Config) -> Project:
    """Of the root directory: `gatecrash.toml`, else `[tool.gatecrash]` in `pyproject.toml`. Read once."""
    if _PROJECT not in config.stash:
        config.stash[_PROJECT] = _read(config.rootpath, datetime.now(UTC).date())
    return config.stash[_PROJECT]


def _read(root: Path, today: date) -> Project:
    """Raises `pytest.UsageError` for a file that can't be read."""
    own, shared = root / "gatecrash.toml", root / "pyproject.toml"
    table = _table(own) if own.is_file() else _table(shared).get("tool", {}).get("gatecrash", {})
    allowed = table.get("gate", {}).get("allow_inconclusive", ())
    return Project(
        tuple(Path(os.path.normpath(root / each)) for each in table.get("experiments", ())),
        {each["experiment"]: each["reason"] for each in allowed if today <= _day(each["until"])},
    )


def _table(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"{file}: {error}") from None


def _day(written: Any) -> date:
    return written if isinstance(written, date) else date.fromisoformat(written)
