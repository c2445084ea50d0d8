"""Acts that must not be left half done: an undo that overtakes its act would undo nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(act: Coroutine[None, None, T]) -> T:
    """Await an act that has its own deadline. When cancelled meanwhile, the act is still waited for, then it counts."""
    task = asyncio.ensure_future(act)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(Exception, asyncio.CancelledError):  # cancelled again: still not half done
                await asyncio.shield(task)
        raise
