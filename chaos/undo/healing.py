"""Putting right what an earlier run left behind."""

from __future__ import annotations

from collections.abc import Callable

from chaos.errors import UndoFailed
from chaos.undo.lease import abandoned, heal


def heal_abandoned(tell: Callable[[str], object]) -> int:
    """Undoes what runs whose runner and guardian are both gone left open, and tells of it line by line. Returns how
    many undos were done.

    Raises `UndoFailed` with what could not be undone and how to repair it by hand.
    """
    done = 0
    failures: list[str] = []
    for state in abandoned():
        if state.open_undos:
            tell(f"an earlier run ({state.run}) was killed together with its guardian; putting things right:")
        for undo, failure in heal(state):
            if failure is None:
                done += 1
                tell(f"  undone: {undo.says}")
            else:
                failures.append(undo.not_done(failure))
    if failures:
        raise UndoFailed("\n".join(failures))
    return done
