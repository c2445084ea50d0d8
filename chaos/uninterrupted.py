"""Acts that must not be left half done (an undo that overtakes its act would undo nothing), and waits that may be."""

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


async def first_of(*waits: Coroutine[None, None, object]) -> int:
    """Wait until one of them has ended, give up the others, and say which it was. What it raised is raised."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
    first = next(number for number, task in enumerate(tasks) if task.done() and not task.cancelled())
    tasks[first].result()
    return first
