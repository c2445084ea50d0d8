"""A process that ends, and undoes what it did, when whoever started it is gone."""

from __future__ import annotations

import os
import signal
import sys
import threading


def end_with_input() -> None:
    """From now on: the end of the standard input, which comes with the end of who holds it, is a SIGTERM to us."""
    threading.Thread(target=_wait, args=(sys.stdin.fileno(),), name="tied", daemon=True).start()


def _wait(descriptor: int) -> None:
    while os.read(descriptor, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
