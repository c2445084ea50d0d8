"""Where runs are kept: `.gatecrash/runs/ID/EXPERIMENT/`, which ignores itself in git."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.undo.state import leased_runs

T = TypeVar("T")
HOME: Final = Path(".gatecrash")
KEPT_RUNS: Final = 20
STANDING: Final = "up"
JOURNAL: Final = "journal.jsonl"
MANIFEST: Final = "run.json"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run's folder. `experiments` are the folders' names in the order of the run."""

    path: Path
    experiments: tuple[str, ...]
    allowed: Mapping[str, str] = field(default_factory=dict)
    """Experiments that may be inconclusive, each with the reason."""
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Experiments that were left out, each with the reason."""
    proves: Mapping[str, bool] | None = None
    """Of a run of `gatecrash prove`: which kind of kill matrix its experiments are the cells of."""

    @property
    def id(self) -> str:
        return self.path.name

    def journal(self, name: str) -> Path:
        return self.path / name / JOURNAL

    def set_aside(self, name: str, attempt: int | str) -> None:
        """Keep an experiment's attempt as `NAME~ATTEMPT`, and make room for the next. Raises `EnvironmentFailed`."""
        try:
            (self.path / name).rename(self.path / f"{name}~{attempt}")
            (self.path / name).mkdir()
        except OSError as error:
            raise EnvironmentFailed(f"{error.filename}: {error.strerror}") from None


def repeated(ids: Sequence[str], repeat: int) -> tuple[str, ...]:
    """The folders' names of experiments that are run so many times in a row each: `ID` once, else `ID@1`, `ID@2`."""
    if repeat == 1:
        return tuple(ids)
    return tuple(f"{each}@{number}" for each in ids for number in range(1, repeat + 1))


def in_a_row(plans: Sequence[T], repeat: int) -> Sequence[T]:
    """What is run in these folders: each plan so many times."""
    return [plan for plan in plans for _ in range(repeat)]


def new_run(
    names: Sequence[str],
    allowed: Mapping[str, str] | None = None,
    skipped: Mapping[str, str] | None = None,
    proves: Mapping[str, bool] | None = None,
) -> RunFolder:
    """Raises `EnvironmentFailed` when it can't be written, before anything is touched."""
    path = HOME / "runs" / _new_id()
    try:
        path.mkdir(parents=True)
        (HOME / ".gitignore").write_text("*\n")
        manifest = {
            "experiments": list(names),
            "allowed": dict(allowed or {}),
            "skipped": dict(skipped or {}),
            "proves": None if proves is None else dict(proves),
        }
        (path / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
        for name in names:
            (path / name).mkdir()
    except OSError as error:
        message = (
            f"{error.filename}: {error.strerror}; runs are kept below the working directory, which must be writable"
        )
        raise EnvironmentFailed(message) from None
    return RunFolder(path, tuple(names), allowed or {}, skipped or {}, proves)


def standing_folder() -> Path:
    """Where files of a system go that stands until it is ended: a new name; there is no such folder yet."""
    return HOME.resolve() / STANDING / _new_id()


def make_standing(path: Path, kept: Collection[str]) -> None:
    """Make it; the folders of earlier ones go, but for `kept` (by their names). Raises `EnvironmentFailed`."""
    try:
        path.mkdir(parents=True)
        (path.parents[1] / ".gitignore").write_text("*\n")
    except OSError as error:
        message = f"{error.filename}: {error.strerror}; the output of services is kept below the working directory"
        raise EnvironmentFailed(message) from None
    for old in path.parent.iterdir():
        if old.name not in kept and old != path:
            shutil.rmtree(old, ignore_errors=True)


def _new_id() -> str:
    """Names sort as runs began: they say the moment to the microsecond."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"


def prune() -> None:
    """Only the newest runs are kept, and those that are under way. What can't be removed stays."""
    leased = leased_runs()
    for old in list_runs()[:-KEPT_RUNS]:
        if old.id not in leased:
            shutil.rmtree(old.path, ignore_errors=True)


def list_runs() -> tuple[RunFolder, ...]:
    """Oldest first; folders without a manifest are none of ours."""
    folder = HOME / "runs"
    found = (_read(path) for path in sorted(folder.iterdir())) if folder.is_dir() else ()
    return tuple(run for run in found if run is not None)


def find_run(name: str) -> RunFolder:
    """By its id, the beginning of its id, its folder, or `last`. Raises `InvalidOption`."""
    direct = _read(Path(name).resolve())
    if direct is not None:
        return direct
    runs = list_runs()
    if not runs:
        raise InvalidOption(f"there are no runs below {HOME / 'runs'}; `gatecrash run` makes one")
    if name == "last":
        return runs[-1]
    matching = [run for run in runs if run.id.startswith(name)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise InvalidOption(f"{name} is the beginning of {len(matching)} runs: {', '.join(run.id for run in matching)}")
    raise InvalidOption(f"there is no run {name!r}; `gatecrash runs` lists them, `last` is the newest")


def _read(path: Path) -> RunFolder | None:
    try:
        manifest = json.loads((path / MANIFEST).read_text())
        names = tuple(manifest["experiments"])
        return RunFolder(path, names, manifest["allowed"], manifest["skipped"], manifest.get("proves"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
