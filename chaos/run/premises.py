"""A system of our own making: whatever of it outlives us was recorded, with its undo, before it was there."""

from __future__ import annotations

from pathlib import Path

from chaos.backends import BACKENDS
from chaos.backends.links import Choice, Links
from chaos.experiment.system import System
from chaos.run.surroundings import surroundings_of
from chaos.run.undoer import Undoer
from chaos.system.running import RunningSystem
from chaos.undo.ending import end_processes


class Premises:
    """`links` and `services` can be used once it is started. The undoer's undos are what ends it.

    `system_folder` is the system file's, `folder` where files of ours go; all its processes carry `mark`.
    """

    def __init__(
        self,
        system: System,
        system_folder: Path,
        folder: Path,
        undoer: Undoer,
        *,
        mark: str,
        seed: int,
        choice: Choice,
    ) -> None:
        self._undoer = undoer
        self._mark = mark
        self._sessions: list[str] = []
        surroundings = surroundings_of(system, folder, mark=mark, seed=seed, choice=choice)
        self.links: Links = BACKENDS[choice.backend](surroundings)
        self.services = RunningSystem(
            system, system_folder, self.links, surroundings, record=undoer.record, started=self._has_started
        )

    async def start(self) -> None:
        """Raises `EnvironmentFailed` that names what did not come up, and its last words."""
        self._undoer.record(end_processes(self._mark, ()))
        await self.services.start()

    def _has_started(self, session: str) -> None:
        """The same undo, recorded again, now knows of this session as well."""
        self._sessions.append(session)
        self._undoer.record(end_processes(self._mark, self._sessions))
