"""One service as a local process: started in a session of its own, its output in a file, ready when it says so."""

from __future__ import annotations

import asyncio
import io
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from chaos.errors import EnvironmentFailed
from chaos.experiment.system import Ready
from chaos.secrets import Secrets
from chaos.system.ready import NotReady, until_ready
from chaos.undo.children import how_it_ended
from chaos.undo.processes import MARK, session_of

LAST_LINES = 12
LAST_WORDS_S = 1.0
_LAST_BYTES = 64 * 1024
_PIECE_BYTES = 64 * 1024


class ServiceProcess:
    """Ending it is the business of the undo for its mark, recorded before it was started."""

    def __init__(self, name: str, log: Path, secrets: Secrets | None = None) -> None:
        """With `secrets`, what it prints passes through this process, which leaves them out."""
        self.name = name
        self.log = log
        self._secrets = secrets or Secrets()
        self._copying: asyncio.Task[None] | None = None
        self._seen_ended_s: float | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._session: str | None = None

    async def start(self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], mark: str) -> None:
        """Raises `EnvironmentFailed` when there is no such program or folder."""
        try:
            with self.log.open("ab") as log:  # one that is started again goes on writing there
                output = asyncio.subprocess.PIPE if self._secrets else log
                self._process = await asyncio.create_subprocess_exec(
                    *arguments,
                    cwd=cwd,
                    env={**os.environ, **env, MARK: mark},
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=asyncio.subprocess.STDOUT,
                    start_new_session=True,
                )
            self._session = session_of(self._process.pid)
            if self._process.stdout is not None:
                self._copying = asyncio.create_task(self._copy(self._process.stdout))
        except OSError as error:
            what = f"the program {arguments[0]!r}" if error.filename == arguments[0] else f"{error.filename}"
            if not cwd.is_dir():
                what = f"the folder {cwd}"
            raise EnvironmentFailed(f"the service {self.name} can't be started: {what}: {error.strerror}") from None

    @property
    def session(self) -> str | None:
        """The session that it was started to lead; None when it ended at once."""
        return self._session

    async def ready(self, address: str, ready: Ready | None) -> None:
        """Returns once it answers. Raises `EnvironmentFailed`, with its last lines, when it ends before or is late."""
        try:
            await until_ready(self.name, address, ready, self.failure)
        except NotReady as late:
            raise EnvironmentFailed(f"{late}{self.last_lines()}") from None

    def failure(self) -> str | None:
        """Why it is not running any more, with its last lines; None while it runs."""
        if self._process is None or self._process.returncode is None:
            return None
        if not self._has_said_all():
            return None
        code = self._process.returncode
        return f"the service {self.name} ended by itself ({how_it_ended(code)}){self.last_lines()}"

    async def wait(self) -> None:
        """Until it has ended."""
        if self._process is not None:
            await self._process.wait()
        if self._copying is not None:
            await self._copying

    async def _copy(self, output: asyncio.StreamReader) -> None:
        masking = self._secrets.stream()
        with self.log.open("ab", buffering=0) as log:
            while data := await output.read(_PIECE_BYTES):
                log.write(masking.feed(data))
            log.write(masking.end())

    def _has_said_all(self) -> bool:
        """Its last words may still be under way; a child of its own that keeps the pipe is not waited for long."""
        now = time.monotonic()
        self._seen_ended_s = self._seen_ended_s or now
        return self._copying is None or self._copying.done() or now - self._seen_ended_s > LAST_WORDS_S

    def last_lines(self) -> str:
        return last_lines(self.log)


def last_lines(log: Path) -> str:
    """The end of what a service has printed, each line below the other."""
    lines = _tail(log).decode(errors="replace").splitlines()[-LAST_LINES:] if log.exists() else []
    return "".join(f"\n    {line}" for line in lines) or "; it printed nothing"


def _tail(path: Path) -> bytes:
    """A service may have printed more than fits into memory."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, io.SEEK_END) - _LAST_BYTES))
        return file.read()
