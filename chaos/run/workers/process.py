"""The other end of `Apart`: a process that runs the tasks which it is sent, until there is nobody left to send any."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from typing import cast

from chaos.errors import ChaosError
from chaos.run.signals import on_signals
from chaos.run.workers.frames import framed, read_frame
from chaos.run.workers.here import Here
from chaos.run.workers.worker import Orders, Task


async def work(number: int) -> None:
    """Signals that are sent to this process alone stop what it runs, as those of the run do."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    output, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout.buffer)
    writer = asyncio.StreamWriter(output, protocol, None, loop)
    try:
        here = Here(cast(Orders, await read_frame(reader)), number)
    except ChaosError as error:
        writer.write(framed(error))
        return
    with on_signals(here.interrupt):
        running: asyncio.Task[None] | None = None
        try:
            while True:
                said = await read_frame(reader)
                if isinstance(said, Task):
                    running = asyncio.create_task(_run(here, said, writer))
                elif isinstance(said, int):
                    here.interrupt(said)
        except EOFError:
            here.interrupt(signal.SIGHUP)  # who asked for this is gone
        finally:
            if running is not None:
                await running
            await _end(here, writer)


async def _end(here: Here, writer: asyncio.StreamWriter) -> None:
    """What can't be ended is told."""
    try:
        await here.end()
    except ChaosError as error:
        await _tell(error, writer)


async def _run(here: Here, task: Task, writer: asyncio.StreamWriter) -> None:
    """What it comes to, also when that is an error of the environment."""
    try:
        result: object = await here.run(task, [lambda event: writer.write(framed(event))])
    except ChaosError as error:
        result = error
    await _tell(result, writer)


async def _tell(thing: object, writer: asyncio.StreamWriter) -> None:
    writer.write(framed(thing))
    with contextlib.suppress(ConnectionError):  # nobody is left to hear it
        await writer.drain()


if __name__ == "__main__":
    asyncio.run(work(int(sys.argv[1])))
