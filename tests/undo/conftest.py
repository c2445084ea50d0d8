"""Processes to be ended, a state directory of the test's own, and waiting for conditions with a deadline."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos.undo.processes import MARK

PATIENCE_S = 20.0


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def mark() -> str:
    return f"test/{uuid.uuid4()}"


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"not within {PATIENCE_S:g}s: {what}")
        time.sleep(0.005)  # between two looks at the condition
    return found


@pytest.fixture
def until() -> Callable[[Callable[[], Any], str], Any]:
    return wait_until


@pytest.fixture
def start(mark: str) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a Python program with the mark, and returns once it has printed its first line."""
    started: list[subprocess.Popen[str]] = []

    def begin(program: str, *, with_mark: str | None = mark) -> subprocess.Popen[str]:
        env = {**os.environ, **({MARK: with_mark} if with_mark is not None else {})}
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout is not None
        process.said = process.stdout.readline().strip()  # type: ignore[attr-defined]
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()
