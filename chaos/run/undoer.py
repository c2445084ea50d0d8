"""The runner's side of undoing: recorded in lease and journal before the act, performed afterwards whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from chaos.errors import ChaosError, EnvironmentFailed
from chaos.journal import events as e
from chaos.run.recorder import Events
from chaos.undo import perform
from chaos.undo.lease import Lease
from chaos.undo.undo import Undo


class Undoer:
    """Keeps what is still open. Each failure to undo is an event, and the next undo has its turn."""

    def __init__(self, lease: Lease, recorder: Events) -> None:
        self._lease = lease
        self._recorder = recorder
        self._open: dict[str, Undo] = {}

    def record(self, undo: Undo) -> None:
        """Raises `EnvironmentFailed` when it can't be written down: then the act must not happen."""
        try:
            self._lease.record(undo)
        except OSError as error:
            raise EnvironmentFailed(f"an undo can't be recorded in {self._lease.path}: {error.strerror}") from None
        self._open[undo.id] = undo
        self._recorder.add(e.UndoRecorded(at_s=self._recorder.clock.now(), undo=undo))

    async def perform(self, undos: Iterable[Undo]) -> None:
        """Newest first, those that are still open.

        Raises `EnvironmentFailed` when something could not be written down: after the last of them.
        """
        unwritten: ChaosError | None = None
        for undo in reversed(tuple(undos)):
            if undo.id in self._open:
                try:
                    await self._perform(undo)
                except ChaosError as error:
                    unwritten = unwritten or error
        if unwritten is not None:
            raise unwritten

    async def perform_all(self, *, but: str | None = None) -> None:
        """`but`: the id of an undo that is left open, for somebody else to perform."""
        await self.perform([undo for undo in self._open.values() if undo.id != but])

    async def _perform(self, undo: Undo) -> None:
        failure = await asyncio.to_thread(perform, undo)
        now = self._recorder.clock.now()
        del self._open[undo.id]
        if failure is not None:
            self._recorder.add(e.UndoFailed(at_s=now, undo=undo, reason=failure))
            return
        try:
            self._lease.done(undo)
        except OSError as error:
            raise EnvironmentFailed(f"{self._lease.path} can't be written: {error.strerror}") from None
        self._recorder.add(e.UndoDone(at_s=now, undo=undo.id))
