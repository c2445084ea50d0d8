"""The processes of a session: stopped, let go on, ended, and never those of another."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from chaos.undo import UNDOS, sessions
from chaos.undo.processes import session_of

WAIT = "import signal; print('up', flush=True); signal.pause()"
FAMILY = """
import os, signal
child = os.fork()
print(child or os.getpid(), flush=True) if child else None
signal.pause()
"""
DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('up', flush=True)
while True: signal.pause()
"""


def session(process: subprocess.Popen[str]) -> str:
    found = session_of(process.pid)
    assert found is not None
    return found


@pytest.fixture
def family(start: Callable[..., Any]) -> Any:
    return start(FAMILY)


def test_all_processes_of_a_session_are_stopped_and_go_on(family: Any, until: Any) -> None:
    ours = session(family)
    assert sessions.state_of(ours) == "running"
    assert sessions.pause(ours) == "stopped"
    os.kill(int(family.said), signal.SIGCONT)
    until(lambda: sessions.state_of(ours) == "running", "one of them runs again")
    sessions.resume(ours)
    sessions.resume(ours)
    assert sessions.end(ours, signal.SIGTERM, within_s=5) == "gone"
    family.wait()


def test_a_stopped_session_hears_the_signal_that_ends_it(family: Any) -> None:
    ours = session(family)
    sessions.pause(ours)
    assert sessions.end(ours, signal.SIGTERM, within_s=5) == "gone"
    family.wait()


def test_a_session_that_will_not_end_is_said_to_run(start: Callable[..., Any]) -> None:
    ours = session(start(DEAF))
    assert sessions.end(ours, signal.SIGTERM, within_s=0.05) == "running"
    assert sessions.end(ours, signal.SIGKILL, within_s=5) == "gone"


def test_a_later_process_with_the_same_id_is_left_alone(start: Callable[..., Any]) -> None:
    process = start(WAIT)
    leader, _, known = session(process).partition("=")
    other = f"{leader}={known}9"
    assert sessions.state_of(other) == "gone"
    assert sessions.pause(other) == "gone"
    assert sessions.end(other, signal.SIGKILL, within_s=0.05) == "gone"
    assert sessions.state_of(session(process)) == "running"


def test_the_undo_of_a_pause_lets_go_on(start: Callable[..., Any], until: Any) -> None:
    ours = session(start(WAIT))
    sessions.pause(ours)
    UNDOS["session.resume"]({"session": ours})
    until(lambda: sessions.state_of(ours) == "running", "it goes on")


def test_the_undo_of_slowing_down_ends_who_does_it_and_lets_go_on(
    start: Callable[..., Any], mark: str, until: Any
) -> None:
    ours = session(start(WAIT, with_mark=None))
    throttle = start(WAIT)
    sessions.pause(ours)
    UNDOS["throttle.end"]({"session": ours, "mark": mark})
    until(lambda: sessions.state_of(ours) == "running", "it goes on")
    throttle.wait()
