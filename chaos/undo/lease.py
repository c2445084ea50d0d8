"""The lease of a run: a file in the user's state directory that lists the undos that are still open.

One JSON object a line, appended before each act: who holds the lease (process id and start time of runner and
guardian), undos recorded, undos done. The runner removes it when all is done; as long as runner or guardian lives,
nobody else acts on it.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chaos.undo import perform
from chaos.undo.processes import identity
from chaos.undo.state import leases_folder, run_of
from chaos.undo.undo import Undo

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LeaseState:
    """What a lease file says: the run, its holders as (pid, identity), and the undos still open, oldest first."""

    path: Path
    run: str
    folder: str
    holders: tuple[tuple[int, str], ...]
    open_undos: tuple[Undo, ...]

    @property
    def held(self) -> bool:
        """Whether runner or guardian is still alive."""
        return any(identity(pid) == known for pid, known in self.holders)


class Lease:
    """The runner's (or healer's) side: appends only, each line reaching the system before the act that it covers."""

    def __init__(self, path: Path) -> None:
        """Raises `OSError` when the file can't be written: then nothing may be broken on purpose."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            self._write(b"\n")  # a line that a crash cut short must not swallow the next one

    def begin(self, run: str, folder: Path) -> None:
        self._append({"run": run, "folder": str(folder)})
        self.hold(os.getpid())

    def hold(self, pid: int) -> None:
        """That process also keeps the lease, until it is gone."""
        self._append({"holder": [pid, identity(pid)]})

    def record(self, undo: Undo) -> None:
        self._append({"undo": asdict(undo)})

    def done(self, undo: Undo) -> None:
        self._append({"done": undo.id})

    def close(self, *, remove: bool) -> None:
        """`remove` when nothing is open any more."""
        if remove:
            self.path.unlink(missing_ok=True)
        os.close(self._file)

    def _append(self, line: dict[str, Any]) -> None:
        self._write(json.dumps(line).encode() + b"\n")

    def _write(self, data: bytes) -> None:
        if os.write(self._file, data) != len(data):  # what did not fit is lost, and with it the undo
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))


def read_lease(path: Path) -> LeaseState | None:
    """None when there is no such lease (any more). A line that a crash cut short is passed over."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return None
    run, folder = run_of(path), ""
    holders: list[tuple[int, str]] = []
    undos: dict[str, Undo] = {}
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if not isinstance(found, dict):
            continue
        if "run" in found:
            run, folder = found["run"], found["folder"]
        elif "holder" in found and found["holder"][1] is not None:
            holders.append((found["holder"][0], found["holder"][1]))
        elif "undo" in found:
            undos[found["undo"]["id"]] = Undo(**found["undo"])
        elif "done" in found:
            undos.pop(found["done"], None)
    return LeaseState(path, run, folder, tuple(holders), tuple(undos.values()))


def abandoned() -> Iterator[LeaseState]:
    """The leases whose runner and guardian are both gone. Another terminal's live run is left alone."""
    folder = leases_folder()
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        try:
            state = read_lease(path)
        except OSError as error:
            logger.warning("lease could not be read path=%s reason=%s", path, error.strerror)
            continue
        if state is not None and not state.held:
            yield state


def heal(state: LeaseState) -> tuple[tuple[Undo, str | None], ...]:
    """Perform what is open, newest first, and say of each why it could not be done (None: it is done).

    The lease goes when all is done, and stays for another attempt when not.
    """
    lease = Lease(state.path)
    lease.hold(os.getpid())
    results = []
    for undo in reversed(state.open_undos):
        failure = perform(undo)
        if failure is None:
            lease.done(undo)
        results.append((undo, failure))
    lease.close(remove=all(failure is None for _, failure in results))
    return tuple(results)
