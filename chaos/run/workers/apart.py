"""Experiments that a process of their own runs: its users leave on time whatever other experiments are at.

The process undoes everything by itself when this one is gone, and its guardian does so when the process is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

from chaos.errors import UNDO_FAILED, ChaosError, EnvironmentFailed
from chaos.journal.events import Event
from chaos.journal.journal import Listener
from chaos.run.verdicts import verdict_of
from chaos.run.workers.frames import framed, read_frame
from chaos.run.workers.worker import Orders, Task
from chaos.undo.children import environment, how_it_ended, python
from chaos.undo.state import lease_file
from chaos.verdict.verdict import Verdict

LAST_LINES: Final = 12
UNDONE_WITHIN_S: Final = 20.0
"""Each undo has its own deadline, and there are several."""
LOOK_EVERY_S: Final = 0.05


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
            self._process = None
            return await self._ended_by_itself(process, task)

    def interrupt(self, signal: int) -> None:
        if self._signal is None:
            self._signal = signal
            if self._process is not None:
                self._send(self._process, signal)

    async def end(self) -> None:
        """The end of its input is what tells it to go. Raises what it says of that."""
        said: object = None
        if (process := self._process) is not None and process.stdin is not None:
            process.stdin.close()
            with contextlib.suppress(EOFError):
                while not isinstance(said, ChaosError):
                    said = await read_frame(cast(asyncio.StreamReader, process.stdout))
            await process.wait()
        if self._log.exists() and not self._log.stat().st_size:
            self._log.unlink()
        if isinstance(said, ChaosError):
            raise said

    async def _start(self) -> asyncio.subprocess.Process:
        """A Ctrl-C is not meant for it: it has a session of its own."""
        with self._log.open("ab") as log:  # another may have been there before
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

    async def _ended_by_itself(self, process: asyncio.subprocess.Process, task: Task) -> Verdict:
        """Of what it had written by then, once its guardian has undone everything. Raises `EnvironmentFailed` when that
        says nothing, as it ended before its experiment began.
        """
        code = await process.wait()
        lines = self._log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        undone = await self._is_undone()
        why = f"the process that ran {task.name} ended by itself ({how_it_ended(code)}); "
        why += "all is undone" if undone else "not all is undone yet: gatecrash rollback"
        why += "".join(f"\n    {line}" for line in lines)
        try:
            verdict = await verdict_of(self._orders.folder.journal(task.name))
        except (EnvironmentFailed, OSError):
            raise EnvironmentFailed(why) from None
        if undone:
            return replace(verdict, reasons=(why, *verdict.reasons))
        return replace(verdict, verdict="error", reasons=(why, *verdict.reasons), exit_code=UNDO_FAILED)

    async def _is_undone(self) -> bool:
        """Its guardian takes the lease away when it has undone all that stands in it."""
        lease = lease_file(self._orders.folder.id, f".{self._number}")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(UNDONE_WITHIN_S):
                while lease.exists():
                    await asyncio.sleep(LOOK_EVERY_S)
        return not lease.exists()
