"""Who tells the player of a game day what people get, and nothing of what was done to the system."""

from __future__ import annotations

from typing import Protocol

from chaos.journal import events as e
from chaos.workshop.progress import Times


class Teller(Protocol):
    def see(self, event: e.Event) -> None:
        """Each event of the system, as it happens; most of them are not to be told."""

    async def go_on(self) -> None:
        """For ever: tell how people fare."""

    def say(self, line: str) -> None:
        """Something that is no figure."""

    def answer(self, line: str, times: Times) -> None:
        """To what the player did: the line, and the times as far as they are known by then."""

    def end(self, times: Times) -> None:
        """Nothing is broken any more: now all can be told."""
