"""One running copy of a system, with proxies, ports, processes and a work folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from chaos.backends import BACKENDS
from chaos.backends.links import Choice, Links
from chaos.errors import EnvironmentFailed
from chaos.experiment.system import System
from chaos.run.surroundings import surroundings_of
from chaos.system.running import RunningSystem
from chaos.undo.ending import end_processes
from chaos.undo.undo import Undo


class Copy:
    """What it starts carries its mark and is ended by one undo; `record` is told each undo before its act.

    `system_folder` is the system file's, `folder` where files of ours go. What goes wrong, and what an undo does, is
    told with `where` in front.
    """

    def __init__(
        self,
        system: System,
        system_folder: Path,
        folder: Path,
        *,
        mark: str,
        seed: int,
        choice: Choice,
        record: Callable[[Undo], None],
        where: str = "",
    ) -> None:
        self._where = where
        self.mark = mark
        self.folder = folder
        self._told = record
        self._sessions: list[str] = []
        surroundings = surroundings_of(system, folder, mark=mark, seed=seed, choice=choice)
        self.links: Links = BACKENDS[choice.backend](surroundings)
        self.services = RunningSystem(
            system, system_folder, self.links, surroundings, record=self._record, started=self._has_started
        )

    async def start(self) -> None:
        """Returns when everything answers. Raises `EnvironmentFailed`."""
        self.folder.mkdir(exist_ok=True)
        self._record(end_processes(self.mark, ()))
        try:
            await self.services.start()
        except EnvironmentFailed as error:
            raise EnvironmentFailed(f"{self._where}{error}") from None

    def failure(self) -> str | None:
        """Why it can't be trusted any more, or None."""
        failure = self.services.failure()
        return None if failure is None else f"{self._where}{failure}"

    def _record(self, undo: Undo) -> None:
        self._told(replace(undo, says=f"{self._where}{undo.says}"))

    def _has_started(self, session: str) -> None:
        """The same undo, recorded again, now knows of this session as well."""
        self._sessions.append(session)
        self._record(end_processes(self.mark, self._sessions))
