"""Putting right what an earlier run left behind, and saying so."""

from __future__ import annotations

from rich.console import Console

from chaos.errors import UndoFailed
from chaos.undo.lease import abandoned, heal


def heal_abandoned(console: Console) -> int:
    """Undoes what runs whose runner and guardian are both gone left open. Returns how many undos were done.

    Raises `UndoFailed` with what could not be undone and how to repair it by hand.
    """
    done = 0
    failures: list[str] = []
    for state in abandoned():
        if state.open_undos:
            said = f"an earlier run ({state.run}) was killed together with its guardian; putting things right:"
            console.print(said, markup=False, soft_wrap=True)
        for undo, failure in heal(state):
            if failure is None:
                done += 1
                console.print(f"  undone: {undo.says}", markup=False, soft_wrap=True)
            else:
                failures.append(f"could not undo: {undo.says} ({failure}); to repair it: {undo.repair}")
    if failures:
        raise UndoFailed("\n".join(failures))
    return done
