"""A container is ended when its process is gone; what the engine does after that is waited for by who needs it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from chaos.backends.docker import killing
from chaos.backends.docker.box import Seen
from chaos.backends.docker.killing import Killing
from chaos.errors import EnvironmentFailed

CONTAINER = "0123456789abcdef"


class SlowEngine:
    """Its answer comes when it is let; the process goes at once, if it is one of this machine."""

    def __init__(self, process: Path) -> None:
        self._process = process
        self.may_answer = threading.Event()
        self.answered = False

    def seen(self, container: str) -> Seen:
        return Seen("running", pid=7)

    def kill(self, container: str, signal: str) -> None:
        (self._process / "cgroup").unlink(missing_ok=True)
        assert self.may_answer.wait(10)
        self.answered = True

    def wait(self, container: str, within_s: float) -> None:
        pass


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setattr(killing, "_PROC", tmp_path)
    (tmp_path / "7").mkdir()
    return SlowEngine(tmp_path / "7")


def test_it_has_begun_when_the_process_is_gone_and_is_over_when_the_engine_says_so(slow: Any, tmp_path: Path) -> None:
    (tmp_path / "7" / "cgroup").write_text(f"0::/system.slice/docker-{CONTAINER}.scope\n")
    kill = Killing(slow, CONTAINER, "SIGKILL")
    kill.begin()
    assert not slow.answered
    slow.may_answer.set()
    kill.wait()
    assert slow.answered


@pytest.mark.parametrize("cgroup", [None, "0::/system.slice/docker-fedcba.scope\n"])
def test_of_a_process_that_can_not_be_seen_the_engine_alone_tells(
    slow: Any, tmp_path: Path, cgroup: str | None
) -> None:
    """There is none of that number here, or it is another's."""
    if cgroup is not None:
        (tmp_path / "7" / "cgroup").write_text(cgroup)
    threading.Timer(0.05, slow.may_answer.set).start()
    Killing(slow, CONTAINER, "SIGKILL").begin()
    assert slow.answered


def test_a_signal_that_can_not_be_sent_is_told(slow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(container: str, signal: str) -> None:
        raise EnvironmentFailed("the engine is gone")

    monkeypatch.setattr(slow, "kill", refuse)
    with pytest.raises(EnvironmentFailed, match="the engine is gone"):
        Killing(slow, CONTAINER, "SIGKILL").begin()
