"""Processes of runs that are gone together with their list of undos, found by the mark in their environment.

Only those that were started with this state directory: of others it can't be told whether their run is alive.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chaos.doctor.live import live_runs
from chaos.errors import UndoFailed
from chaos.undo.processes import MARK, end_marked, identity
from chaos.undo.state import leased_runs

_PROC = Path("/proc")
_LISTENS = "0A"
_OF_A_RUN: Final = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{4}/.+")
"""What marks of runs look like: the run's id, then the experiment."""
_STATE: Final = ("XDG_STATE_HOME", "HOME")
"""What decides where leases are."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """`ports` are those that it listens on."""

    pid: int
    mark: str
    command: str
    ports: tuple[int, ...]

    @property
    def run(self) -> str:
        return self.mark.partition("/")[0]

    def __str__(self) -> str:
        ports = f" on port {', '.join(map(str, self.ports))}" if self.ports else ""
        return f"{self.pid} ({self.command}){ports}"


def find_orphans() -> tuple[Orphan, ...]:
    """A run ends its processes before it gives up its lease: so they are looked for first, and once more at last."""
    found = {pid: (mark, identity(pid)) for pid, mark in _marked_like_ours()}
    spoken_for = live_runs() | leased_runs()
    return tuple(
        Orphan(pid, mark, _command(pid), _ports(pid))
        for pid, (mark, known) in sorted(found.items())
        if mark.partition("/")[0] not in spoken_for and known is not None and identity(pid) == known
    )


def end_orphans() -> tuple[Orphan, ...]:
    """Returns those that were ended. Raises `UndoFailed` naming processes that would not end."""
    orphans = find_orphans()
    try:
        for mark in sorted({orphan.mark for orphan in orphans}):
            end_marked(mark)
    except RuntimeError as error:
        raise UndoFailed(f"{error}; to end them: kill -9") from None
    return orphans


def _marked_like_ours() -> Iterator[tuple[int, str]]:
    for entry in _PROC.iterdir() if _PROC.is_dir() else ():
        environment = _environment(entry) if entry.name.isdecimal() and entry.name != str(os.getpid()) else {}
        mark = environment.get(MARK, "")
        if _OF_A_RUN.fullmatch(mark) and all(environment.get(key) == os.environ.get(key) for key in _STATE):
            yield int(entry.name), mark


def _environment(process: Path) -> Mapping[str, str]:
    """Empty for a process that has gone, or is another user's."""
    try:
        lines = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return {}
    pairs = (os.fsdecode(line).partition("=") for line in lines)
    return {name: value for name, _, value in pairs}


def _command(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()[:60]
    except OSError:
        return "?"


def _ports(pid: int) -> tuple[int, ...]:
    """Its sockets among those that listen; a table's line: number, address:port, remote, state, ..., inode."""
    try:
        held = {str(file.readlink()) for file in (_PROC / str(pid) / "fd").iterdir()}
        lines = [line.split() for name in ("tcp", "tcp6") for line in _table(pid, name)]
    except OSError:
        return ()
    listening = {
        int(line[1].rpartition(":")[2], 16) for line in lines if line[3] == _LISTENS and f"socket:[{line[9]}]" in held
    }
    return tuple(sorted(listening))


def _table(pid: int, name: str) -> list[str]:
    path = _PROC / str(pid) / "net" / name
    return path.read_text().splitlines()[1:] if path.exists() else []
