"""Which runs are alive: nothing of theirs is left over, and nobody else may touch it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chaos.undo.lease import read_lease
from chaos.undo.state import leases_folder, run_of

_PROC = Path("/proc")
_GUARDIAN = b"chaos.undo.guardian"


def live_runs() -> frozenset[str]:
    """By their ids: those whose lease is held, and those that a guardian watches, whose lease may be elsewhere."""
    return frozenset((*_held(), *_guarded()))


def _held() -> Iterator[str]:
    for path in sorted(leases_folder().glob("*.jsonl")):
        try:
            state = read_lease(path)
        except OSError:
            yield run_of(path)  # unreadable: whoever holds it must not be disturbed
            continue
        if state is not None and state.held:
            yield state.run


def _guarded() -> Iterator[str]:
    for entry in _PROC.iterdir() if _PROC.is_dir() else ():
        if not entry.name.isdecimal():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if _GUARDIAN in words[:-1]:
            yield run_of(Path(words[words.index(_GUARDIAN) + 1].decode(errors="replace")))
