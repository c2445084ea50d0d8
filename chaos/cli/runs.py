"""`gatecrash runs`: what was run here."""

from __future__ import annotations

from rich.console import Console

from chaos.run.folders import list_runs


def runs() -> int:
    """List the runs that are kept here, oldest first."""
    console = Console(highlight=False)
    found = list_runs()
    if not found:
        console.print("no runs yet; `gatecrash run` makes one")
    for run in found:
        count = len(run.experiments)
        console.print(
            f"{run.id}  {count} experiment{'s' if count != 1 else ''}: {', '.join(run.experiments)}",
            soft_wrap=True,
            markup=False,
        )
    return 0
