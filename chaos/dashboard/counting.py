"""What nobody tells unasked: what links have carried, what is stored, and whether all of the system still lives."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import aiohttp

from chaos.dashboard.board import Board
from chaos.errors import EnvironmentFailed
from chaos.experiment.system import Audit, System
from chaos.live.system import LiveSystem
from chaos.run.audit import ANSWER_WITHIN_S, stored_items

EVERY_S: Final = 1.0
REST: Final = 10
"""A question is not asked again before so many times as long as its answer took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """`system` has the values of the environment in it."""

    live: LiveSystem
    system: System
    board: Board

    async def go_on(self) -> None:
        """For ever."""
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
            group.create_task(self._every(self._links))
            group.create_task(self._every(self._health))
            for name, audit in self.system.audit.items():
                group.create_task(self._every(self._store(session, name, audit)))

    async def _every(self, ask: Callable[[], Awaitable[None]]) -> None:
        while True:
            began = self.live.now()
            with contextlib.suppress(EnvironmentFailed):  # what is broken on purpose can't be asked; later it may be
                await ask()
            await asyncio.sleep(max(EVERY_S, REST * (self.live.now() - began)))

    async def _links(self) -> None:
        counts, carried = await self.live.counts(), await self.live.carried()
        self.board.counted(self.live.now(), counts, carried)

    async def _health(self) -> None:
        self.board.health(self.live.failure(), self.live.fallen)

    def _store(self, session: aiohttp.ClientSession, name: str, audit: Audit) -> Callable[[], Awaitable[None]]:
        async def ask() -> None:
            ids, _ = await stored_items(self.live.addresses, session, audit.stored)
            self.board.stored(self.live.now(), name, ids)

        return ask
