"""A small process that slows a service down: it stops the service's processes for a share of each period.

It needs no rights and no control groups. The end of its standard input says that the runner is gone, and a line there
asks how long the service was seen stopped. Standard library only, so that it starts at once.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time

from chaos.undo.processes import signal_session
from chaos.undo.sessions import resume, state_of

PERIOD_S = 0.05
LONGEST_STOP_S = 0.5


class Throttle:
    """`stopped_s` of `total_s` were seen to be taken away."""

    def __init__(self, session: str, share: float) -> None:
        self._session = session
        self._share = share
        self._began = time.monotonic()
        self._stopped_s = 0.0
        self._total_s = 0.0

    def run(self) -> None:
        """Until nobody is there any more who wants it."""
        _say("slowing")
        wanted = True
        try:
            while wanted:
                stopped = time.monotonic()
                signal_session(self._session, signal.SIGSTOP)
                wanted = self._wait(self._stop_for())
                if state_of(self._session) == "stopped":
                    self._stopped_s += time.monotonic() - stopped
                self._total_s = time.monotonic() - self._began
                resume(self._session)
                wanted = wanted and self._wait(PERIOD_S * (1 - self._share))
        finally:
            resume(self._session)

    def _stop_for(self) -> float:
        """Until the share is reached, whatever a busy machine has made of the pauses so far."""
        total_s = time.monotonic() - self._began
        due_s = (self._share * total_s - self._stopped_s) / (1 - self._share)
        return min(max(due_s, PERIOD_S * self._share), LONGEST_STOP_S)

    def _wait(self, seconds: float) -> bool:
        """Answers whoever asks meanwhile; False when there is nobody any more."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            readable, _, _ = select.select([sys.stdin], [], [], left)
            if readable:
                if not os.read(sys.stdin.fileno(), 4096):
                    return False
                _say(f"{self._stopped_s:.6f} {self._total_s:.6f}")
        return True


def _say(text: str) -> None:
    """A runner that is gone doesn't hear it."""
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), f"{text}\n".encode())


if __name__ == "__main__":
    Throttle(sys.argv[1], float(sys.argv[2])).run()
