"""An event loop in a thread of its own, beside Locust's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self


class LoopBeside:
    """As a context: at its end what was begun there is cancelled, and has ended when it returns."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def call(self, act: Callable[..., object], *arguments: Any) -> None:
        """There, soon, and after what was called before."""
        self._loop.call_soon_threadsafe(act, *arguments)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """To be called there."""
        self._loop.create_task(work)

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(_end_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
