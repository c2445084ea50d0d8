"""Experiments that a process of their own runs: its users leave on time whatever other experiments are at.

The process undoes everything by itself when this one is gone, and its guardian does so when the process is gone.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Sequence
from typing import cast

from chaos.errors import ChaosError, EnvironmentFailed
from chaos.journal.events import Event
from chaos.journal.journal import Listener
from chaos.run.workers.frames import framed, read_frame
from chaos.run.workers.worker import Orders, Task
from chaos.undo.children import environment, how_it_ended, python
from chaos.verdict.verdict import Verdict

LAST_LINES = 12


class Apart:
    """Implements `Worker`."""

    def __init__(self, orders: Orders, number: int) -> None:
        self._orders = orders
        self._number = number
        self._process: asyncio.subprocess.Process | None = None
        self._log = orders.folder.path / f"worker-{number}.log"
        self._signal: int | None = None

    async def run(self, task: Task, listeners: Sequence[Listener]) -> Verdict:
        process = self._process = self._process or await self._start()
        self._send(process, task)
        if self._signal is not None:  # it came before there was anybody to be told
            self._send(process, self._signal)
        try:
            while True:
                said = await read_frame(cast(asyncio.StreamReader, process.stdout))
                if isinstance(said, Verdict):
                    return said
                if isinstance(said, ChaosError):
                    raise said
                for listener in listeners:
                    listener(cast(Event, said))
        except EOFError:
            raise await self._ended_by_itself(process, task) from None

    def interrupt(self, signal: int) -> None:
        if self._signal is None:
            self._signal = signal
            if self._process is not None:
                self._send(self._process, signal)

    async def end(self) -> None:
        """The end of its input is what tells it to go."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()
        if self._log.exists() and not self._log.stat().st_size:
            self._log.unlink()

    async def _start(self) -> asyncio.subprocess.Process:
        """A Ctrl-C is not meant for it: it has a session of its own."""
        with self._log.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *python("chaos.run.workers.process"),
                str(self._number),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment(),
                start_new_session=True,
            )
        self._send(process, self._orders)
        return process

    def _send(self, process: asyncio.subprocess.Process, thing: object) -> None:
        """To one that is gone, nothing can be said; reading from it finds that out."""
        if process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(framed(thing))

    async def _ended_by_itself(self, process: asyncio.subprocess.Process, task: Task) -> EnvironmentFailed:
        code = await process.wait()
        lines = self._log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        said = "".join(f"\n    {line}" for line in lines)
        return EnvironmentFailed(
            f"the process that ran {task.name} ended by itself ({how_it_ended(code)}); all is undone{said}"
        )
