"""What a learner has running: the same command as at a terminal, with its lines kept for every window that looks."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from chaos.errors import InvalidOption
from chaos.undo.children import environment, python

Act = Literal["run", "check"]
MOST_LINES: Final = 5000
LONGEST_LINE: Final = 16 * 1024 * 1024
ALIVE_EVERY_S: Final = 2.0
ENDS_WITHIN_S: Final = 20.0


class Room:
    """How many may run at once. Whoever comes later waits in line."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: list[asyncio.Future[None]] = []

    def position(self, ticket: asyncio.Future[None]) -> int | None:
        """From 1; None: it is that one's turn."""
        return self._waiting.index(ticket) + 1 if ticket in self._waiting else None

    def enter(self) -> asyncio.Future[None]:
        """Done when it is one's turn; to be left in any case."""
        ticket: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(ticket)
        self._admit()
        return ticket

    def leave(self, ticket: asyncio.Future[None]) -> None:
        if ticket in self._waiting:
            self._waiting.remove(ticket)
        else:
            self._free += 1
        self._admit()

    def _admit(self) -> None:
        while self._free and self._waiting:
            self._free -= 1
            self._waiting.pop(0).set_result(None)


@dataclass(slots=True)
class Job:
    """`code` is None until it has ended."""

    number: int
    lesson: int
    act: Act
    options: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)
    code: int | None = None
    ticket: asyncio.Future[None] | None = None
    process: asyncio.subprocess.Process | None = None
    stopped: bool = False


class Bench:
    """One learner's jobs, one at a time. Windows follow it, from wherever they were."""

    def __init__(self, folder: Path, room: Room) -> None:
        self._folder = folder
        self._room = room
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self.job: Job | None = None

    @property
    def is_busy(self) -> bool:
        return self.job is not None and self.job.code is None

    @property
    def position(self) -> int | None:
        """In the line of those who wait."""
        ticket = self.job.ticket if self.job is not None else None
        return None if ticket is None else self._room.position(ticket)

    async def start(self, act: Act, lesson: int, *options: str) -> None:
        """`options` are the command's. Raises `InvalidOption` while something runs."""
        if self.job is not None and self.is_busy:
            raise InvalidOption(f"lesson {self.job.lesson} is still running; wait for it, or stop it")
        number = 1 if self.job is None else self.job.number + 1
        self.job = Job(number, lesson, act, options)
        self._task = asyncio.create_task(self._run(self.job))
        await self._tell()

    async def stop(self) -> None:
        """Returns when everything is undone. Harmless when nothing runs."""
        if self.job is None or not self.is_busy or self._task is None:
            return
        self.job.stopped = True
        if self.job.process is None:
            self._task.cancel()
        else:
            with contextlib.suppress(ProcessLookupError):
                self.job.process.terminate()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([self._task], timeout=ENDS_WITHIN_S)

    async def say(self, line: str) -> None:
        """What would be typed at a terminal."""
        job = self.job
        if job is None or job.process is None or job.process.stdin is None or job.code is not None:
            raise InvalidOption("nothing is running that could be told anything")
        job.process.stdin.write(f"{line.splitlines()[0] if line else ''}\n".encode())
        await job.process.stdin.drain()

    async def follow(self, last_id: str) -> AsyncIterator[bytes]:
        """For ever. `last_id` is what a window had last: `JOB.LINES`."""
        number, _, seen = last_id.partition(".")
        told = ""
        lines = int(seen) if seen.isascii() and seen.isdecimal() else 0
        while True:
            job = self.job
            current = "0" if job is None else str(job.number)
            if current != number:
                number, lines = current, 0
            state = json.dumps(self._state())
            if state != told:
                told = state
                yield _frame("state", state, f"{number}.{lines}")
            fresh = [] if job is None else job.lines[lines:]
            lines += len(fresh)
            if fresh:
                yield _frame("lines", json.dumps(fresh), f"{number}.{lines}")
            elif not await self._change(lines, told):
                yield b": still here\n\n"

    def _state(self) -> dict[str, object]:
        job = self.job
        if job is None:
            return {"job": 0, "running": False}
        return {
            "job": job.number,
            "lesson": job.lesson,
            "act": job.act,
            "running": job.code is None,
            "code": job.code,
            "stopped": job.stopped,
            "position": self.position,
        }

    async def _change(self, lines: int, told: str) -> bool:
        """Whether there is something new, before it is time to say that one is still there."""

        def new() -> bool:
            job = self.job
            return json.dumps(self._state()) != told or (job is not None and len(job.lines) > lines)

        try:
            async with asyncio.timeout(ALIVE_EVERY_S), self._changed:
                await self._changed.wait_for(new)
        except TimeoutError:
            return False
        return True

    async def _run(self, job: Job) -> None:
        job.ticket = self._room.enter()
        try:
            await self._tell()
            await job.ticket
            await self._tell()
            await self._child(job)
        except asyncio.CancelledError:
            job.code = 130
        except OSError as error:
            job.lines.append(f"it can't be started: {error.strerror}")
            job.code = 3
        finally:
            self._room.leave(job.ticket)
            await self._tell()

    async def _child(self, job: Job) -> None:
        arguments = ["workshop", job.act, str(job.lesson), "--into", str(self._folder), "--tied", *job.options]
        job.process = await asyncio.create_subprocess_exec(
            *python("chaos"),
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment(CI="true", COLUMNS="100", PYTHONUNBUFFERED="1"),
            start_new_session=True,
            limit=LONGEST_LINE,
        )
        assert job.process.stdout is not None
        async for line in job.process.stdout:
            if len(job.lines) < MOST_LINES:
                job.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
            await self._tell()
        job.code = await job.process.wait()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _frame(event: str, data: str, id: str) -> bytes:
    return f"event: {event}\nid: {id}\ndata: {data}\n\n".encode()
