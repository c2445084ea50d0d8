"""A clock that the test moves."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from chaos.run.clock import Clock


class ManualClock(Clock):
    """Time stands still until `to` is called; then everybody who waited is woken in order."""

    def __init__(self) -> None:
        self._now_s = 100.0
        self._waiting: list[tuple[float, int, asyncio.Event]] = []
        self._count = 0

    def now(self) -> float:
        return self._now_s

    async def sleep_until(self, moment_s: float) -> None:
        await asyncio.sleep(0)
        if moment_s > self._now_s:
            event = asyncio.Event()
            self._count += 1
            heapq.heappush(self._waiting, (moment_s, self._count, event))
            await event.wait()

    async def to(self, moment_s: float) -> None:
        """Moves on step by step, letting everything happen that is due."""
        await settle()
        while self._waiting and self._waiting[0][0] <= moment_s:
            due_s, _, event = heapq.heappop(self._waiting)
            self._now_s = max(self._now_s, due_s)
            event.set()
            await settle()
        self._now_s = max(self._now_s, moment_s)

    def jump(self, seconds: float) -> None:
        """The whole machine stood still for that long: nobody was woken meanwhile."""
        self._now_s += seconds


async def settle() -> None:
    """Until whatever can happen without time passing has happened."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def settled() -> Callable[[], Coroutine[Any, Any, None]]:
    return settle


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    async def within(coroutine: Coroutine[Any, Any, Any]) -> Any:
        async with asyncio.timeout(60):
            return await coroutine

    return lambda coroutine: asyncio.run(within(coroutine))
