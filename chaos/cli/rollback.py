"""`gatecrash rollback`: undo what a killed run left behind."""

from __future__ import annotations

from rich.console import Console

from chaos.cli.healing import heal_abandoned


def rollback() -> int:
    """Undo everything that runs left open whose runner and guardian are both gone. Live runs are left alone."""
    console = Console(highlight=False)
    done = heal_abandoned(console)
    console.print("nothing was left open" if done == 0 else f"{done} undone; all is as it was")
    return 0
