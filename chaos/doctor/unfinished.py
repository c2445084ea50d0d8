"""Folders of runs that were killed: their last journals have no end, and so no verdict."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chaos.doctor.live import live_runs
from chaos.errors import EnvironmentFailed
from chaos.run.folders import JOURNAL, RunFolder, list_runs

BEGINS_WITHIN_S: Final = 60.0
"""A run makes its folder before its lease; a younger one may be about to begin."""
_LAST_BYTES: Final = 64 * 1024


def find_unfinished() -> tuple[RunFolder, ...]:
    """Below the working directory, oldest first. A run that went on at the first look may have ended by the last."""
    open_ended = [run for run in list_runs() if not _ended(run)]
    alive = live_runs()
    return tuple(run for run in open_ended if run.id not in alive and not _ended(run))


def remove_unfinished() -> tuple[Path, ...]:
    """Returns what was removed. Of a run in which something has ended, that stays, as in a run that was stopped between
    two experiments. Raises `EnvironmentFailed` for what can't be removed.
    """
    found = tuple(path for run in find_unfinished() for path in _without_end(run))
    try:
        for path in found:
            shutil.rmtree(path)
    except OSError as error:
        raise EnvironmentFailed(f"{error.filename} can't be removed: {error.strerror}") from None
    return found


def _without_end(run: RunFolder) -> Iterator[Path]:
    """The run's folder, or those of its experiments. Earlier attempts at an experiment count for something."""
    if not any(_has_end(journal) for journal in run.path.glob(f"*/{JOURNAL}")):
        yield run.path
        return
    for name in run.experiments:
        if (journal := run.journal(name)).exists() and not _has_end(journal):
            yield journal.parent


def _ended(run: RunFolder) -> bool:
    journals = [path for name in run.experiments if (path := run.journal(name)).exists()]
    if not journals:
        return time.time() - run.path.stat().st_mtime < BEGINS_WITHIN_S
    return all(_has_end(path) for path in journals)


def _has_end(journal: Path) -> bool:
    """Whether its last whole line is the last event."""
    with journal.open("rb") as file:
        file.seek(max(0, journal.stat().st_size - _LAST_BYTES))
        lines = file.read().split(b"\n")
    try:
        return len(lines) > 1 and json.loads(lines[-2])["event"] == "run_ended"
    except (ValueError, KeyError, TypeError):
        return False
