"""Processes that carry a mark in their environment: found and ended without knowing their ids beforehand.

A process id is known only after the process was started, when a crash may already have happened. A mark is known
before; children of children inherit it, also those that left their session.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

MARK = "GATECRASH_MARK"
_PROC = Path("/proc")
_LINUX = sys.platform.startswith("linux")


def identity(pid: int) -> str | None:
    """What tells this process from a later one with the same id (boot and start time); None when there is no such."""
    if not _LINUX:
        found = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return found.stdout.strip() or None
    try:
        fields = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    if fields[0] in {b"Z", b"X"}:
        return None
    boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{fields[19].decode()}"


def marked(mark: str) -> tuple[int, ...]:
    """The living processes whose environment holds the mark; never this process itself."""
    return tuple(pid for pid in _all_pids() if pid != os.getpid() and _has_mark(pid, mark))


def end_marked(mark: str, *, grace_s: float = 1.0) -> None:
    """End every process with the mark: asked first, and killed after `grace_s`. Nothing to end is fine.

    Raises `RuntimeError` naming those that would not end.
    """
    _signal_all(mark, signal.SIGTERM)
    _signal_all(mark, signal.SIGCONT)  # one that is stopped can't hear
    if _gone(mark, within_s=grace_s):
        return
    for _ in range(3):  # what is forked between looking and killing is caught by the next round
        _signal_all(mark, signal.SIGKILL)
        if _gone(mark, within_s=0.5):
            return
    raise RuntimeError(f"these processes would not end: {', '.join(map(str, marked(mark)))}")


def _gone(mark: str, *, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while marked(mark):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.01)
    return True


def _signal_all(mark: str, number: signal.Signals) -> None:
    for pid in marked(mark):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            _signal_one(pid, mark, number)


def _signal_one(pid: int, mark: str, number: signal.Signals) -> None:
    """Through a file descriptor of the process where there are such, so that a reused id is never hit."""
    if not hasattr(os, "pidfd_open"):
        os.kill(pid, number)
        return
    handle = os.pidfd_open(pid)
    try:
        if _has_mark(pid, mark):
            signal.pidfd_send_signal(handle, number)
    finally:
        os.close(handle)


def _all_pids() -> tuple[int, ...]:
    if _LINUX:
        return tuple(int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal())
    found = subprocess.run(["ps", "-axo", "pid="], capture_output=True, text=True, check=False)
    return tuple(int(pid) for pid in found.stdout.split())


def _has_mark(pid: int, mark: str) -> bool:
    """A process that has ended but was not yet waited for has no environment any more."""
    wanted = f"{MARK}={mark}".encode()
    if _LINUX:
        try:
            return wanted in (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
        except OSError:
            return False
    found = subprocess.run(["ps", "-Eww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
    return wanted in found.stdout.split()
