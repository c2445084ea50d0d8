"""Processes that carry a mark in their environment: found and ended without knowing their ids beforehand.

A process id is known only after the process was started, when a crash may already have happened. A mark is known
before; children of children inherit it, also those that left their session. Servers that set their own title (redis,
postgres, nginx) overwrite their environment and the mark with it: these are known by the session that they lead or are
in, which is recorded as soon as they have started.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

MARK = "GATECRASH_MARK"
MARKED_WITHIN_S = 1.0
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
    return f"{_boot()}/{fields[19].decode()}"


def session_of(pid: int) -> str | None:
    """The session that this process leads, in a form that outlives it; None when there is no such process."""
    known = identity(pid)
    return None if known is None else f"{pid}={known}"


def marked(mark: str, sessions: Sequence[str] = ()) -> tuple[int, ...]:
    """The living processes whose environment holds the mark or that are in one of the sessions; never this process."""
    ids = _session_ids(sessions)
    return tuple(pid for pid in _all_pids() if pid != os.getpid() and _is_ours(pid, mark, ids))


def wait_for_mark(process: subprocess.Popen[bytes], mark: str) -> None:
    """A program that was started just now shows no environment for a moment; whoever ends by the mark would miss it."""
    latest_s = time.monotonic() + MARKED_WITHIN_S
    while process.poll() is None and not _has_mark(process.pid, mark) and time.monotonic() < latest_s:
        time.sleep(0.001)


def in_session(session: str) -> tuple[int, ...]:
    """The living processes of one session, as long as it is still the one that is meant."""
    ids = _session_ids([session])
    return tuple(pid for pid in _all_pids() if _is_ours(pid, None, ids))


def signal_session(session: str, number: signal.Signals) -> None:
    """To all of its processes, each looked at again just before."""
    ids = _session_ids([session])
    for pid in in_session(session):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            _signal_one(pid, None, ids, number)


def end_marked(mark: str, sessions: Sequence[str] = (), *, grace_s: float = 1.0) -> None:
    """End all of these processes: asked first, and killed after `grace_s`. Nothing to end is fine.

    Raises `RuntimeError` naming those that would not end.
    """
    _signal_all(mark, sessions, signal.SIGTERM)
    _signal_all(mark, sessions, signal.SIGCONT)  # one that is stopped can't hear
    if _gone(mark, sessions, within_s=grace_s):
        return
    for _ in range(3):  # what is forked between looking and killing is caught by the next round
        _signal_all(mark, sessions, signal.SIGKILL)
        if _gone(mark, sessions, within_s=0.5):
            return
    raise RuntimeError(f"these processes would not end: {', '.join(map(str, marked(mark, sessions)))}")


def _gone(mark: str, sessions: Sequence[str], *, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while marked(mark, sessions):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.01)
    return True


def _signal_all(mark: str, sessions: Sequence[str], number: signal.Signals) -> None:
    ids = _session_ids(sessions)
    for pid in marked(mark, sessions):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            _signal_one(pid, mark, ids, number)


def _signal_one(pid: int, mark: str | None, session_ids: frozenset[int], number: signal.Signals) -> None:
    """Through a file descriptor of the process where there are such, so that a reused id is never hit."""
    handle = _handle(pid)
    if handle is None:
        os.kill(pid, number)
        return
    try:
        if _is_ours(pid, mark, session_ids):
            signal.pidfd_send_signal(handle, number)
    finally:
        os.close(handle)


def _handle(pid: int) -> int | None:
    """None where this system, or a kernel older than the one that Python was built for, has no such descriptors."""
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        return None


def _boot() -> str:
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()


def _session_ids(sessions: Sequence[str]) -> frozenset[int]:
    """Of the sessions that are still ours: an id is not given away while a process of the session lives."""
    return frozenset(
        int(pid) for pid, _, known in (each.partition("=") for each in sessions) if _still(int(pid), known)
    )


def _still(leader: int, known: str) -> bool:
    now = identity(leader)
    return now == known if now is not None or not _LINUX else known.startswith(f"{_boot()}/")


def _is_ours(pid: int, mark: str | None, session_ids: frozenset[int]) -> bool:
    return (mark is not None and _has_mark(pid, mark)) or (
        bool(session_ids) and _session(pid) in session_ids and identity(pid) is not None
    )


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


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
