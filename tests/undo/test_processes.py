"""Marked processes are found and ended, whatever they do about it; others are left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos.undo import processes
from chaos.undo.processes import MARK, end_marked, identity, marked

Start = Callable[..., Any]
WAIT = "import signal; print('up', flush=True); signal.pause()"
PROGRAMS = {
    "one that goes when asked": WAIT,
    "one that ignores being asked": "import signal; signal.signal(15, signal.SIG_IGN); print('up', flush=True)\n"
    "while True: signal.pause()",
    "one that stopped itself": "import os, signal; print('up', flush=True); os.kill(os.getpid(), signal.SIGSTOP)",
    "one that cleans up first": "import signal, sys; signal.signal(15, lambda *_: sys.exit(0))\n"
    "print('up', flush=True); signal.pause()",
}
GRANDCHILD = """
import os, signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], start_new_session=True)
print(child.pid, flush=True)
{then}
"""


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_marked_process_is_found_and_ended(start: Start, mark: str, program: str) -> None:
    process = start(PROGRAMS[program])
    assert marked(mark) == (process.pid,)
    end_marked(mark, grace_s=0.2)
    assert marked(mark) == ()
    assert process.wait(timeout=20) in {0, -signal.SIGTERM, -signal.SIGKILL}


def test_who_goes_when_asked_is_not_killed(start: Start, mark: str) -> None:
    process = start(PROGRAMS["one that cleans up first"])
    end_marked(mark, grace_s=20)
    assert process.wait(timeout=20) == 0


def test_who_does_not_hear_is_killed(start: Start, mark: str) -> None:
    process = start(PROGRAMS["one that ignores being asked"])
    end_marked(mark, grace_s=0.05)
    assert process.wait(timeout=20) == -signal.SIGKILL


@pytest.mark.parametrize("then", ["signal.pause()", "os._exit(0)"])
def test_a_grandchild_in_a_session_of_its_own_is_ended_too(start: Start, mark: str, then: str, until: Any) -> None:
    process = start(GRANDCHILD.format(then=then))
    grandchild = int(process.said)
    until(lambda: grandchild in marked(mark), "the grandchild runs")
    end_marked(mark)
    assert marked(mark) == ()
    until(lambda: identity(grandchild) is None, "the grandchild is gone")


def test_other_marks_and_no_mark_are_left_alone(start: Start, mark: str) -> None:
    others = [start(WAIT, with_mark=f"{mark}2"), start(WAIT, with_mark=mark[:-1]), start(WAIT, with_mark=None)]
    end_marked(mark)
    assert [process.poll() for process in others] == [None, None, None]


def test_ending_nothing_is_fine_and_twice_is_harmless(start: Start, mark: str) -> None:
    end_marked(mark)
    start(WAIT)
    end_marked(mark)
    end_marked(mark)


def test_a_process_never_ends_itself(mark: str) -> None:
    program = f"from chaos.undo.processes import end_marked; end_marked({mark!r}); print('still here')"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, MARK: mark}, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "still here\n"


def test_who_would_not_end_is_named(start: Start, mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    process = start(WAIT)
    monkeypatch.setattr(processes, "_signal_one", lambda *_: None)
    with pytest.raises(RuntimeError, match=f"these processes would not end: {process.pid}"):
        end_marked(mark, grace_s=0)


def test_a_kernel_without_process_descriptors_is_served_by_plain_ids(
    start: Start, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python may have been built for a newer kernel than it runs on."""

    def missing(pid: int) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "pidfd_open", missing)
    process = start(WAIT)
    end_marked(mark)
    assert process.wait(timeout=20) == -signal.SIGTERM


def test_a_process_is_told_from_a_later_one_with_its_id(start: Start) -> None:
    first, second = start(WAIT), start(WAIT)
    known = identity(first.pid)
    assert known is not None
    assert known == identity(first.pid)
    assert identity(second.pid) is not None
    assert Path("/proc/sys/kernel/random/boot_id").read_text().strip() in known


def test_who_has_ended_has_no_identity_waited_for_or_not(start: Start, until: Any) -> None:
    process = start(WAIT)
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: identity(process.pid) is None, "the end is seen before it is waited for")
    assert marked(process.args[0]) == ()
    process.wait()
    assert identity(process.pid) is None


OVERWRITES = """
import signal
stat = open("/proc/self/stat", "rb").read().rpartition(b")")[2].split()
begin, end = int(stat[47]), int(stat[48])
with open("/proc/self/mem", "r+b", buffering=0) as memory:
    memory.seek(begin)
    memory.write(bytes(end - begin))
print("up", flush=True)
signal.pause()
"""
"""What servers do that set their own title: redis, postgres and nginx overwrite the memory of their environment."""


@pytest.fixture
def overwriter(start: Start, mark: str) -> Any:
    process = start(OVERWRITES)
    if Path(f"/proc/{process.pid}/environ").read_bytes().strip(b"\0"):
        pytest.skip("a process can't overwrite its environment here")
    assert marked(mark) == ()
    return process


def test_a_service_that_overwrote_its_environment_is_ended_by_its_session(overwriter: Any, mark: str) -> None:
    session = processes.session_of(overwriter.pid)
    assert marked(mark, (session,)) == (overwriter.pid,)
    end_marked(mark, (session,))
    assert overwriter.wait(timeout=20) == -signal.SIGTERM


def test_children_of_a_session_whose_leader_has_gone_are_ended(start: Start, mark: str, until: Any) -> None:
    leader = start(
        f"import os, subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', {OVERWRITES!r}],"
        " stdout=subprocess.PIPE, text=True)\nchild.stdout.readline()\nprint(child.pid, flush=True)\n"
        "import signal; signal.pause()"
    )
    child = int(leader.said)
    session = processes.session_of(leader.pid)
    os.kill(leader.pid, signal.SIGKILL)
    leader.wait()
    assert marked(mark, (session,)) == (child,)
    end_marked(mark, (session,))
    until(lambda: identity(child) is None, "the child is gone")


@pytest.mark.parametrize("changed", ["start time", "boot"])
def test_a_session_of_somebody_else_with_the_same_id_is_left_alone(overwriter: Any, mark: str, changed: str) -> None:
    pid, _, known = processes.session_of(overwriter.pid).partition("=")
    boot, _, started = known.partition("/")
    other = f"{boot}/{int(started) - 1}" if changed == "start time" else f"0{boot}/{started}"
    end_marked(mark, (f"{pid}={other}",))
    assert overwriter.poll() is None
