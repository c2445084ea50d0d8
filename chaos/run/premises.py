"""A system of our own making: whatever of it outlives us was recorded, with its undo, before it was there.

It serves one experiment, or several, one after the other, for as long as they leave it as it was.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chaos.backends.links import Choice, Links, Renewable
from chaos.backends.services import Services
from chaos.errors import EnvironmentFailed
from chaos.experiment.system import System
from chaos.run.surroundings import running_system, surroundings_of
from chaos.run.undoer import Undoer
from chaos.system.addresses import Addresses
from chaos.undo.undo import Undo


class Premises:
    """`links` and `services` can be used once it is started.

    `system_folder` is the system file's, `folder` where files of ours go; all that it starts carries `mark`. Requests
    are counted on the links in `counted`. What goes wrong, and what an undo does, is told with `where` in front.
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
        self._counted = counted
        self._undoer: Undoer | None = None
        self._ends: dict[str, Undo] = {}
        self._stands = False
        surroundings = surroundings_of(system, folder, mark=mark, seed=seed, choice=choice, counted=counted)
        self._running = running_system(system, system_folder, surroundings, choice=choice, record=self._record)
        self.links: Links = self._running.links
        self.services: Services = self._running.services

    def count_on(self, counted: frozenset[str]) -> None:
        """From the next start on requests are counted on these links, and on no other."""
        self._counted = counted

    async def start(self, undoer: Undoer) -> None:
        """From now on the undoer's undos are what ends it. One that stands already gets links that are as new.

        Raises `EnvironmentFailed` that names what did not come up, and its last words.
        """
        self._undoer = undoer
        self.folder.mkdir(exist_ok=True)
        try:
            if self._stands and isinstance(self.links, Renewable):
                for undo in self.ends:
                    undoer.record(undo)
                await self.links.renew(self._counted)
            else:
                await self._running.start()
        except EnvironmentFailed as error:
            raise EnvironmentFailed(f"{self._where}{error}") from None
        self._stands = True

    @property
    def ends(self) -> tuple[Undo, ...]:
        """The undos that end all of it, oldest first."""
        return tuple(self._ends.values())

    @property
    def addresses(self) -> Addresses:
        """Once it is started."""
        return self._running.addresses

    @property
    def logs(self) -> tuple[Path, ...]:
        """What the services have written; empty where one of them writes where it can't be read."""
        return self._running.logs

    def failure(self) -> str | None:
        """Why it can't be trusted any more, or None."""
        failure = self._running.failure()
        return None if failure is None else f"{self._where}{failure}"

    async def ended(self) -> None:
        """Until every service has ended, once the undos have ended them; one that won't is not waited for long."""
        await self._running.ended()

    def _record(self, undo: Undo) -> None:
        self._ends[undo.id] = undo = replace(undo, says=f"{self._where}{undo.says}")
        if self._undoer is not None:
            self._undoer.record(undo)
