"""The runner's side of `throttle`: start it, ask it, end it."""

from __future__ import annotations

import asyncio
import contextlib

from chaos.errors import EnvironmentFailed
from chaos.undo.children import environment, python
from chaos.undo.processes import MARK

WITHIN_S = 5.0


class Slowing:
    """One service being slowed down. What it leaves is put right by its undo, recorded before it was started."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, session: str, share: float, *, mark: str) -> None:
        """Returns when it has begun."""
        self._process = await asyncio.create_subprocess_exec(
            *python("chaos.system.throttle"),
            session,
            str(share),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            env=environment(**{MARK: mark}),
        )
        await self._line(self._process)

    async def stopped_ratio(self) -> float:
        """The share of all time, up to the end of the last stop, in which the service was seen stopped."""
        process = self._process
        if process is None or process.stdin is None:
            return 0.0
        process.stdin.write(b"?\n")
        stopped_s, total_s = map(float, (await self._line(process)).split())
        return stopped_s / total_s if total_s else 0.0

    async def end(self) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        with contextlib.suppress(TimeoutError):  # then the undo ends it
            async with asyncio.timeout(WITHIN_S):
                await process.wait()

    async def _line(self, process: asyncio.subprocess.Process) -> bytes:
        try:
            async with asyncio.timeout(WITHIN_S):
                line = await process.stdout.readline() if process.stdout is not None else b""
        except TimeoutError:
            line = b""
        if not line:
            raise EnvironmentFailed(f"the process that slows the service {self._service} down does not answer")
        return line
