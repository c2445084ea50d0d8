"""Open pages. When the last has been gone for a while, nobody looks any more, and nothing may stay broken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

GONE_AFTER_S: Final = 5.0
"""A page that is reloaded, or whose computer slept for a moment, is back by then."""


class Tabs:
    """`gone` is awaited each time that the last page has been away for that long."""

    def __init__(self, gone: Callable[[], Awaitable[None]], *, after_s: float = GONE_AFTER_S) -> None:
        self._gone = gone
        self._after_s = after_s
        self._open = 0
        self._leaving: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        return self._open

    @contextmanager
    def open(self) -> Iterator[None]:
        """One page, for as long as it is followed."""
        self._open += 1
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self._leaving = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        """A page that comes back while everything is being undone does not stop that half-way."""
        await asyncio.sleep(self._after_s)
        self._leaving = None
        await self._gone()
