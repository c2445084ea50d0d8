"""What runs that are gone together with their list of undos have left in the container engine, found by its labels.

Only what was made with this state directory: of anything else it can't be told whether its run is alive.
"""

from __future__ import annotations

import http.client

from chaos.doctor.live import live_runs
from chaos.errors import UndoFailed
from chaos.undo.engine import (
    MARK_LABEL,
    RUN_LABEL,
    STATE_LABEL,
    EngineRefused,
    Thing,
    engine_address,
    remove_marked,
    things,
)
from chaos.undo.state import leased_runs, leases_folder


def find_left_over() -> tuple[Thing, ...]:
    """Nothing where there is no engine."""
    try:
        found = things(engine_address(), f"{STATE_LABEL}={leases_folder()}")
    except (OSError, http.client.HTTPException, EngineRefused):
        return ()
    spoken_for = live_runs() | leased_runs()
    return tuple(thing for thing in found if thing.labels.get(RUN_LABEL) not in spoken_for)


def remove_left_over() -> tuple[Thing, ...]:
    """Returns what was removed. Raises `UndoFailed` naming what would not go."""
    found = find_left_over()
    try:
        for mark in sorted({thing.labels[MARK_LABEL] for thing in found}):
            remove_marked(engine_address(), mark)
    except RuntimeError as error:
        by_hand = "docker rm -fv, docker network rm, docker volume rm"
        raise UndoFailed(f"{error}; to remove them: {by_hand}") from None
    return found
