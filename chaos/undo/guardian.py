"""The guardian: a small process that undoes everything when the runner is gone, however it went.

It reads a pipe whose other end only the runner holds. The pipe says nothing; its end says that the runner is gone.
Signals that end a terminal's processes don't end the guardian, which has a session of its own.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

from chaos.undo.children import environment, python
from chaos.undo.lease import Lease, heal, read_lease

DISMISSED_WITHIN_S = 15.0


class Guardian:
    """The runner's side."""

    def __init__(self, lease: Lease) -> None:
        command = [*python("chaos.undo.guardian"), str(lease.path)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            env=environment(),
        )
        lease.hold(self._process.pid)

    @property
    def pid(self) -> int:
        return self._process.pid

    def dismiss(self) -> None:
        """The runner has undone everything itself (or left it in the lease); the guardian looks once more and goes."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):  # it goes on undoing, and will go when it is done
            self._process.wait(timeout=DISMISSED_WITHIN_S)


def main(lease_path: str) -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    while sys.stdin.buffer.read(4096):
        pass
    state = read_lease(Path(lease_path))
    if state is None:
        return 0
    results = heal(state)
    return 0 if all(failure is None for _, failure in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
