"""Putting right what an earlier run left behind, and saying so."""

from __future__ import annotations

from rich.console import Console

from chaos.undo import healing


def heal_abandoned(console: Console) -> int:
    """Returns how many undos were done. Raises `UndoFailed`."""
    return healing.heal_abandoned(lambda said: console.print(said, markup=False, soft_wrap=True))
