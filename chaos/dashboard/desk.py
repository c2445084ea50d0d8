"""What a page can do to its system. Whatever is done is told by the system's events, not from here."""

from __future__ import annotations

import asyncio

from chaos.dashboard.board import Board
from chaos.dashboard.trials import Ended
from chaos.errors import InvalidOption
from chaos.experiment.experiment import FaultEntry
from chaos.live.system import LiveSystem


class Desk:
    def __init__(self, live: LiveSystem, board: Board) -> None:
        self._live = live
        self._board = board
        self._turn = asyncio.Lock()
        """Of whoever changes who comes: two pages may want the same at once."""

    async def inject(self, entry: FaultEntry) -> str:
        """Returns the fault's name. Raises `InvalidOption` for what can't be broken like that."""
        for fault in self._live.faults:
            other = fault.planned.entry
            if (other.kind, other.place, other.on) == (entry.kind, entry.place, entry.on):
                raise InvalidOption(f"{fault.name} is on already; undo it first")
        return (await self._live.inject(entry)).name

    async def undo(self, name: str) -> None:
        """Harmless when it is undone already, as when two pages do it at once."""
        for fault in self._live.faults:
            if fault.name == name:
                self._board.ending(name, "by hand")
                await self._live.undo(fault)

    async def undo_all(self, why: Ended) -> None:
        """Newest first."""
        for fault in reversed(self._live.faults):
            self._board.ending(fault.name, why)
            await self._live.undo(fault)

    async def let_come(self, journey: str, *, coming: bool) -> None:
        """Users of a journey come from now on, or no more; harmless when it is so already."""
        async with self._turn:
            here = [users for users in self._live.users if users.coming.name == journey]
            if coming and not here:
                await self._live.start_users(journey)
            elif not coming:
                for users in here:
                    await users.leave()

    async def mend(self) -> None:
        """Start the services again that have ended by themselves."""
        for service in self._live.fallen:
            await self._live.restart(service)
