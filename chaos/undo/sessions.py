"""The processes of one service, known by the session that they are in: stopped, let go on, ended, looked at.

Each signal goes through a check that the process is still the one that is meant. Processes that have left the session
are not reached. A session is written as `session_of` has it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

from chaos.undo.processes import in_session, signal_session

State = Literal["gone", "stopped", "running"]
_LINUX = sys.platform.startswith("linux")
_STEP_S = 0.005


def state_of(session: str) -> State:
    """Stopped only when all of its processes are."""
    found = [_is_stopped(pid) for pid in in_session(session)]
    return "gone" if not found else "stopped" if all(found) else "running"


def pause(session: str, *, within_s: float = 1.0) -> State:
    """Stop all of its processes, also those that are forked meanwhile; what it came to."""
    deadline = time.monotonic() + within_s
    while True:
        signal_session(session, signal.SIGSTOP)
        state = state_of(session)
        if state != "running" or time.monotonic() >= deadline:
            return state
        time.sleep(_STEP_S)


def resume(session: str) -> None:
    """Nothing to let go on is fine."""
    signal_session(session, signal.SIGCONT)


def end(session: str, number: signal.Signals, *, within_s: float) -> State:
    """Send all of its processes that signal and wait until they are gone; what it came to. Stopped ones hear it too."""
    deadline = time.monotonic() + within_s
    signal_session(session, number)
    signal_session(session, signal.SIGCONT)
    while (state := state_of(session)) != "gone" and time.monotonic() < deadline:
        time.sleep(_STEP_S)
    return state


def _is_stopped(pid: int) -> bool:
    if not _LINUX:
        found = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return found.stdout.strip().startswith("T")
    try:
        return (Path("/proc") / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()[0] == b"T"
    except OSError:
        return False
