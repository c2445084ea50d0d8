"""The undo that ends every process of one running system."""

from __future__ import annotations

from collections.abc import Sequence

from chaos.undo.undo import Undo


def end_processes(mark: str, sessions: Sequence[str]) -> Undo:
    """Of those that carry the mark or are in one of the sessions. Recorded anew whenever there is one session more."""
    return Undo(
        id=f"{mark}/processes",
        kind="processes.end",
        args={"mark": mark, "sessions": "\n".join(sessions)},
        says="end the system's services and its proxy",
        repair=f"end the processes that have GATECRASH_MARK={mark} in their environment",
    )
