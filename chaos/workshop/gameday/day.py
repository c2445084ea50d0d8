"""One evening on a live system: something breaks, and somebody is to see it, find it, and take it away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Final

from chaos.errors import EnvironmentFailed
from chaos.journal import events as e
from chaos.live.fault import LiveFault
from chaos.live.system import LiveSystem
from chaos.workshop.gameday.game import Game, Said
from chaos.workshop.gameday.scenarios import PLACES, of_seed
from chaos.workshop.gameday.teller import Teller
from chaos.workshop.progress import Times

JOURNEYS: Final = ("open_app", "join", "upload")
RATE_PER_S: Final = 10.0
LONGEST_S: Final = 240.0
HELP: Final = f"type: see (I see it), fix {' | fix '.join(PLACES)} (take away what is wrong there), end"
ANSWERS: Final[dict[Said, str]] = {
    "too early": "all is well so far",
    "seen": "noted: you see it. Now find out where it is",
    "again": "that was noted before",
    "wrong place": "nothing was wrong there",
    "right place": "that was it. Now wait until people are served again",
}


class GameDay:
    def __init__(self, live: LiveSystem, seed: int, teller: Teller) -> None:
        self._live, self._teller = live, teller
        self._seed = seed
        self.scenario, self._begins_s = of_seed(seed)
        self.game = Game(self.scenario.place)
        self._fault: LiveFault | None = None

    @property
    def times(self) -> Times:
        """As far as they are known."""
        game = self.game
        return Times(
            seed=self._seed,
            what=self.scenario.what,
            place=self.scenario.place,
            seen_s=game.after(game.seen_s),
            acted_s=game.after(game.acted_s),
            served_s=game.after(game.served_s),
            wrong_acts=game.wrong_acts,
        )

    async def play(self, words: AsyncIterator[str]) -> None:
        """Until people are served again, somebody ends it, or it has lasted too long. Nothing is broken then.

        Raises `EnvironmentFailed` when the system ends by itself, or can't be broken.
        """
        stop = self._live.watch(self._heard)
        try:
            for journey in JOURNEYS:
                await self._live.start_users(journey, rate=RATE_PER_S)
            await self._first_of(self._obey(words), self._go_wrong(), self._teller.go_on())
        finally:
            for fault in self._live.faults:
                await self._live.undo(fault)
            stop()
        self._teller.end(self.times)

    async def _first_of(self, *acts: Coroutine[None, None, None]) -> None:
        tasks = [asyncio.create_task(act) for act in acts]
        try:
            done, _ = await asyncio.wait(tasks, timeout=LONGEST_S, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            if not done:
                self._teller.say("the time is over")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _go_wrong(self) -> None:
        await asyncio.sleep(self._begins_s)
        self._fault = await self._live.inject(self.scenario.entry())
        self.game.begins(self._live.now())
        raise EnvironmentFailed(await self._live.until_failure())

    async def _obey(self, words: AsyncIterator[str]) -> None:
        async for word in words:
            if not await self._does(word):
                break

    async def _does(self, word: str) -> bool:
        """Whether it goes on."""
        verb, _, place = word.strip().partition(" ")
        if verb == "end" or self.game.is_over:
            return False
        if verb == "see":
            self._teller.answer(ANSWERS[self.game.see(self._live.now())], self.times)
        elif verb == "fix" and place in PLACES:
            said = self.game.act(place, self._live.now())
            if said == "right place" and self._fault is not None:
                await self._live.undo(self._fault)
            self._teller.answer(ANSWERS[said], self.times)
        elif word.strip():
            self._teller.say(HELP)
        return True

    def _heard(self, event: e.Event) -> None:
        self._teller.see(event)
        if isinstance(event, e.Sample):
            self.game.fared(event.due_s, served=event.outcome == "served", took_s=event.took_s)
