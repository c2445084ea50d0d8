"""Server-sent events: the system once, then every so often all that has changed. A slow page gets fewer of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from chaos.dashboard.board import Board, Update
from chaos.dashboard.showing import SystemShown

EVERY_S: Final = 0.2
ALIVE_EVERY_S: Final = 2.0
_SYSTEM: Final = TypeAdapter(SystemShown)
_UPDATE: Final = TypeAdapter(Update)


@dataclass(frozen=True, slots=True)
class Feed:
    """`now` is the clock of the board's events. No page is told more often than each `every_s`, whatever happens."""

    board: Board
    system: SystemShown
    now: Callable[[], float]
    every_s: float = EVERY_S

    async def follow(self, last_id: str) -> AsyncIterator[bytes]:
        """For ever. `last_id` is what the page had last; from another start of the server it means nothing."""
        version = self._version(last_id)
        if version is None:
            yield _frame("system", system_as_json(self.system), f"{self.system.epoch}.0")
            version = 0
        told_s = -ALIVE_EVERY_S
        while True:
            now_s = self.now()
            if self.board.version > version:
                update = self.board.since(version, now_s=now_s)
                version, told_s = update.version, now_s
                yield _frame("update", update_as_json(update), f"{self.system.epoch}.{version}")
            elif now_s - told_s >= ALIVE_EVERY_S:
                told_s = now_s
                yield b": still here\n\n"
            await asyncio.sleep(self.every_s)

    def _version(self, last_id: str) -> int | None:
        epoch, _, version = last_id.partition(".")
        if epoch != self.system.epoch or not (version.isascii() and version.isdecimal()):
            return None
        return min(int(version), self.board.version)


def system_as_json(system: SystemShown) -> bytes:
    return _SYSTEM.dump_json(system)


def update_as_json(update: Update) -> bytes:
    return _UPDATE.dump_json(update)


def _frame(event: str, data: bytes, id: str) -> bytes:
    """JSON has no line breaks of its own, so it is one line of data."""
    return b"event: %b\nid: %b\ndata: %b\n\n" % (event.encode(), id.encode(), data)
