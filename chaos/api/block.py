"""A block of code in which something is so: with `with`, or with `async with` in any loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from chaos.api.thread import LoopThread


class Block(ABC):
    def __init__(self, thread: LoopThread) -> None:
        self._thread = thread
        self._has_begun = False

    @abstractmethod
    async def _begin(self) -> None:
        """In the thread's loop. When it raises, nothing has begun."""

    @abstractmethod
    async def _end(self, *, failed: bool) -> None:
        """In the thread's loop, whatever happened in the block; `failed`: an exception comes out of it."""

    def __enter__(self) -> Self:
        try:
            self._thread.call(self._enter())
        except BaseException:
            if self._has_begun:  # interrupted when it was done, before anybody heard: no block will end it
                self._thread.call(self._end(failed=True))
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self._thread.call(self._end(failed=kind is not None))

    async def __aenter__(self) -> Self:
        try:
            await self._thread.wait(self._enter())
        except BaseException:
            if self._has_begun:
                await self._thread.wait(self._end(failed=True))
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        await self._thread.wait(self._end(failed=kind is not None))

    async def _enter(self) -> None:
        self._has_begun = False
        await self._begin()
        self._has_begun = True
