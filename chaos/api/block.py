"""A block of code in which something is so: with `with`, or with `async with` in any loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from chaos.api.thread import LoopThread


class Block(ABC):
    def __init__(self, thread: LoopThread) -> None:
        self._thread = thread

    @abstractmethod
    async def _begin(self) -> None:
        """In the thread's loop. When it raises, nothing has begun."""

    @abstractmethod
    async def _end(self, *, failed: bool) -> None:
        """In the thread's loop, whatever happened in the block; `failed`: an exception comes out of it."""

    def __enter__(self) -> Self:
        self._thread.call(self._begin())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self._thread.call(self._end(failed=kind is not None))

    async def __aenter__(self) -> Self:
        await self._thread.wait(self._begin())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        await self._thread.wait(self._end(failed=kind is not None))
