"""What runs that are gone together with their list of undos have left in the container engine, found by its labels.

Only what was made with this state directory: of anything else it can't be told whether its run is alive.
"""

from __future__ import annotations

import http.client
import os
import shutil
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from chaos.doctor.live import live_runs
from chaos.errors import UndoFailed
from chaos.undo.engine import (
    MARK_LABEL,
    RUN_LABEL,
    STATE_LABEL,
    EngineRefused,
    Thing,
    engine_address,
    reason_of,
    remove_marked,
    things,
)
from chaos.undo.state import leased_runs, leases_folder

ASKED: Final = frozenset({"unix", "tcp", "http"})
"""Schemes of addresses at which an engine can be asked from here."""
_PROGRAMS: Final = ("docker", "dockerd")


class NotSeen(Exception):
    """There is an engine, and nobody can tell what is in it; the message says why."""


def find_left_over() -> tuple[Thing, ...]:
    """Nothing where there is no engine. Raises `NotSeen`."""
    address = engine_address()
    if urlsplit(address).scheme not in ASKED:
        raise NotSeen(f"{address} can't be asked from here, only unix and tcp addresses can")
    try:
        found = things(address, f"{STATE_LABEL}={leases_folder()}")
    except (OSError, http.client.HTTPException, EngineRefused, ValueError, TypeError, KeyError) as error:
        if not _is_there(address):
            return ()
        raise NotSeen(f"the engine at {address} can't be asked ({reason_of(error)})") from None
    spoken_for = live_runs() | leased_runs()
    return tuple(thing for thing in found if thing.labels.get(RUN_LABEL) not in spoken_for)


def remove_left_over() -> tuple[Thing, ...]:
    """Returns what was removed: nothing where nobody can look. Raises `UndoFailed` naming what would not go."""
    try:
        found = find_left_over()
    except NotSeen:
        return ()
    try:
        for mark in sorted({thing.labels[MARK_LABEL] for thing in found}):
            remove_marked(engine_address(), mark)
    except RuntimeError as error:
        by_hand = "docker rm -fv, docker network rm, docker volume rm"
        raise UndoFailed(f"{error}; to remove them: {by_hand}") from None
    return found


def _is_there(address: str) -> bool:
    """Whether somebody uses one: it may be down, or be open to others alone."""
    named = bool(os.environ.get("DOCKER_HOST")) or Path(urlsplit(address).path).exists()
    return named or any(map(shutil.which, _PROGRAMS))
