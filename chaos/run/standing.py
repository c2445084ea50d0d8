"""A system that stands behind its proxies until somebody ends it: no users and no faults of ours, and no verdict.

What it leaves open is undone as for runs: by this process, by the guardian when this is gone, else by the next run.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chaos.backends.links import Choice, Proxied
from chaos.errors import EnvironmentFailed, UndoFailed
from chaos.experiment.system import System
from chaos.run.surroundings import running_system, surroundings_of
from chaos.system.addresses import Addresses
from chaos.undo.guardian import Guardian
from chaos.undo.lease import Lease, heal, read_lease
from chaos.undo.state import leases_folder
from chaos.undo.undo import Undo

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HEALTH_EVERY_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Stands:
    """Where everything is, now that it is ready."""

    addresses: Addresses
    proxied: dict[str, Proxied]
    folder: Path


class Standing:
    """Run it once. `system_folder` is the system file's, `folder` where files of ours go."""

    def __init__(self, system: System, system_folder: Path, folder: Path, *, choice: Choice, seed: int) -> None:
        self._folder = folder.resolve()
        self._links_of = system.links
        surroundings = surroundings_of(system, self._folder, mark=f"{folder.name}/up", seed=seed, choice=choice)
        self._system = running_system(system, system_folder, surroundings, choice=choice, record=self._record)
        self._signal = 0

    async def run(self, ready: Callable[[Stands], None]) -> int:
        """Returns the number of the signal that ended it; `ready` is called when everything answers.

        Raises `EnvironmentFailed` when something does not come up or ends by itself, `UndoFailed` when something is
        left.
        """
        try:
            self._lease = Lease(leases_folder() / f"{self._folder.name}.jsonl")
        except OSError as error:
            raise EnvironmentFailed(f"{error.filename}: the open undos can't be recorded: {error.strerror}") from None
        self._lease.begin(self._folder.name, self._folder)
        guardian = Guardian(self._lease)
        loop = asyncio.get_running_loop()
        standing = asyncio.create_task(self._stand(ready))
        for number in SIGNALS:
            loop.add_signal_handler(number, self._end, number, standing)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await standing
        finally:
            try:
                await self._undo_all()
            finally:
                guardian.dismiss()
                for number in SIGNALS:
                    loop.remove_signal_handler(number)
        return self._signal

    async def _stand(self, ready: Callable[[Stands], None]) -> None:
        await self._system.start()
        proxied = {link: self._system.links.proxied(link) for link in self._links_of}
        ready(Stands(self._system.addresses, proxied, self._folder))
        while (failure := self._system.failure()) is None:
            await asyncio.sleep(HEALTH_EVERY_S)
        raise EnvironmentFailed(failure)

    def _end(self, number: int, standing: asyncio.Task[None]) -> None:
        """A second signal changes nothing: undoing is already under way, and each undo has its deadline."""
        if not self._signal:
            self._signal = number
            standing.cancel()

    async def _undo_all(self) -> None:
        """Newest first, as whoever comes later would do it."""
        self._lease.close(remove=False)
        state = read_lease(self._lease.path)
        results = () if state is None else await asyncio.to_thread(heal, state)
        await self._system.ended()
        failures = [
            f"could not undo: {undo.says} ({failure}); to repair it: {undo.repair}"
            for undo, failure in results
            if failure is not None
        ]
        if failures:
            raise UndoFailed("\n".join(failures))

    def _record(self, undo: Undo) -> None:
        try:
            self._lease.record(undo)
        except OSError as error:
            raise EnvironmentFailed(f"an undo can't be recorded in {self._lease.path}: {error.strerror}") from None
