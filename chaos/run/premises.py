"""A system of our own making: whatever of it outlives us was recorded, with its undo, before it was there.

It serves one experiment, or several, one after the other, for as long as they leave it as it was.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chaos.backends import BACKENDS
from chaos.backends.links import Choice, Links, Renewable
from chaos.errors import EnvironmentFailed
from chaos.experiment.system import System
from chaos.run.surroundings import surroundings_of
from chaos.run.undoer import Undoer
from chaos.system.running import RunningSystem
from chaos.undo.ending import end_processes
from chaos.undo.undo import Undo


class Premises:
    """`links` and `services` can be used once it is started.

    `system_folder` is the system file's, `folder` where files of ours go; all its processes carry `mark`. Requests are
    counted on the links in `counted`. What goes wrong, and what an undo does, is told with `where` in front.
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
        counted: frozenset[str] = frozenset(),
        where: str = "",
    ) -> None:
        self.mark = mark
        self.folder = folder
        self._where = where
        self._undoer: Undoer | None = None
        self._sessions: list[str] = []
        self._stands = False
        surroundings = surroundings_of(system, folder, mark=mark, seed=seed, choice=choice, counted=counted)
        self.links: Links = BACKENDS[choice.backend](surroundings)
        self.services = RunningSystem(
            system, system_folder, self.links, surroundings, record=self._record, started=self._has_started
        )

    async def start(self, undoer: Undoer) -> None:
        """From now on the undoer's undos are what ends it. One that stands already gets links that are as new.

        Raises `EnvironmentFailed` that names what did not come up, and its last words.
        """
        self._undoer = undoer
        self.folder.mkdir(exist_ok=True)
        self._record(self.end)
        try:
            if self._stands and isinstance(self.links, Renewable):
                await self.links.renew()
            else:
                await self.services.start()
        except EnvironmentFailed as error:
            raise EnvironmentFailed(f"{self._where}{error}") from None
        self._stands = True

    @property
    def end(self) -> Undo:
        """The undo that ends all of it."""
        return end_processes(self.mark, self._sessions)

    def failure(self) -> str | None:
        """Why it can't be trusted any more, or None."""
        failure = self.services.failure()
        return None if failure is None else f"{self._where}{failure}"

    def _record(self, undo: Undo) -> None:
        if self._undoer is not None:
            self._undoer.record(replace(undo, says=f"{self._where}{undo.says}"))

    def _has_started(self, session: str) -> None:
        """The same undo, recorded again, now knows of this session as well."""
        self._sessions.append(session)
        self._record(self.end)
