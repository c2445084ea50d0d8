"""What somebody types, or says on a page, while something else goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable

from chaos.errors import InvalidOption


@contextlib.asynccontextmanager
async def typed(over: Callable[[], bool]) -> AsyncIterator[AsyncIterator[str]]:
    """Lines of the standard input, until there are no more, or it is `over`."""
    loop, descriptor = asyncio.get_running_loop(), sys.stdin.fileno()
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    rest = b""

    def read() -> None:
        nonlocal rest
        found = os.read(descriptor, 4096)
        *whole, rest = (rest + found).split(b"\n")
        for line in whole:
            lines.put_nowait(line.decode("utf-8", "replace"))
        if not found:
            loop.remove_reader(descriptor)
            lines.put_nowait(None)

    async def words() -> AsyncIterator[str]:
        while not over():
            try:
                async with asyncio.timeout(0.1):
                    line = await lines.get()
            except TimeoutError:
                continue
            if line is None:
                return
            yield line

    try:
        loop.add_reader(descriptor, read)
    except PermissionError:
        raise InvalidOption("a game day needs somebody who types: a terminal, or a pipe") from None
    try:
        yield words()
    finally:
        loop.remove_reader(descriptor)
