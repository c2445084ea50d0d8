"""Folders, marks, and the end of everything that a test has started."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos.undo.processes import end_marked


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def mark() -> Iterator[str]:
    made = f"test/{uuid.uuid4()}"
    yield made
    end_marked(made)


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a coroutine to its end, within a minute."""

    async def within(coroutine: Coroutine[Any, Any, Any]) -> Any:
        async with asyncio.timeout(60):
            return await coroutine

    return lambda coroutine: asyncio.run(within(coroutine))


@pytest.fixture
def until() -> Callable[[Callable[[], Any], str], Any]:
    """The first truthy value of a condition; fails the test when there is none in time."""

    def wait(condition: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + 20
        while not (found := condition()):
            if time.monotonic() > deadline:
                pytest.fail(f"not in time: {what}")
            time.sleep(0.005)  # between two looks at the condition
        return found

    return wait
