"""A system that only looks alive: its time passes when somebody looks at the clock, and its users are made up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from chaos.backends.links import Choice
from chaos.experiment.include import load_whole
from chaos.experiment.systems import Choices, resolve_system
from chaos.journal import events as e
from chaos.shipped import experiments_folder


class Live:
    def __init__(self) -> None:
        path = experiments_folder().parent / "demo_app/system.yaml"
        self.system, _ = resolve_system(load_whole(path), Choices())
        self.standing = SimpleNamespace(seed=1, variant=None, choice=Choice())
        self.folder = path.parent
        self.coming: dict[str, float] = {}
        self.failed = asyncio.Event()
        self._faults: list[Any] = []
        self._listeners: list[Callable[[e.Event], None]] = []
        self._now_s = 0.0

    @property
    def faults(self) -> tuple[Any, ...]:
        return tuple(self._faults)

    def now(self) -> float:
        self._now_s += 0.5
        return self._now_s

    def watch(self, listener: Callable[[e.Event], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, event: e.Event) -> None:
        for listener in self._listeners:
            listener(event)

    async def start_users(self, journey: str, *, rate: float) -> None:
        self.coming[journey] = rate

    async def inject(self, entry: Any) -> Any:
        self._faults.append(entry)
        return entry

    async def undo(self, fault: Any) -> None:
        self._faults.remove(fault)

    async def until_failure(self) -> str:
        await self.failed.wait()
        return "web has ended"


@pytest.fixture
def live() -> Live:
    return Live()


@pytest.fixture
def one() -> Callable[..., e.Sample]:
    """Somebody who came, and what became of them."""

    def make(due_s: float, outcome: Any = "served", *, took_s: float = 0.02, **facts: Any) -> e.Sample:
        told = {"journey": "open_app", "user": "known-1", "left_s": due_s, "ended_s": due_s + took_s, **facts}
        return e.Sample(due_s=due_s, took_s=took_s, outcome=outcome, **told)

    return make
