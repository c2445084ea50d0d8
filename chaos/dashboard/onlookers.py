"""People who look at the app's pages every second, so that one can see what users see. They count for nothing else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chaos.dashboard.board import Board, Sight
from chaos.dashboard.inert import InertPages
from chaos.dashboard.showing import is_page
from chaos.experiment.system import Journey, System
from chaos.journeys.fingerprint import fingerprint, one_line
from chaos.journeys.person import Person
from chaos.journeys.player import Stage, play
from chaos.journeys.preparing import prepare
from chaos.journeys.user import User
from chaos.rules.reading import Reading
from chaos.secrets import Secrets

EVERY_S: Final = 1.0
FRESH_S: Final = 10.0
"""A page that says the same is shown anew after so long: its pictures may be others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlookers:
    """One for each journey that is a page. `system` has the values of the environment in it, which `secrets` hides."""

    system: System
    stage: Stage
    board: Board
    pages: InertPages
    secrets: Secrets

    async def look(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as group:
            for name, journey in self.system.journeys.items():
                if is_page(journey):
                    group.create_task(self._keep_looking(name, journey))

    async def _keep_looking(self, name: str, journey: Journey) -> None:
        user = User(keep_connections=False)
        person = Person(name=f"onlooker-{name}", rng=random.Random(f"onlooker/{name}"), client=user)
        shown = _Shown()
        try:
            kind = self.system.users.get(journey.kinds[0]) if journey.kinds else None
            ready = kind is None
            while True:
                if kind is not None and not ready:
                    ready = await prepare(kind.before, person, user, self.stage.address) is None
                if ready:
                    self.board.seen(await self._once(name, journey, person, user, shown))
                await asyncio.sleep(EVERY_S)
        finally:
            await user.close()

    async def _once(self, name: str, journey: Journey, person: Person, user: User, shown: _Shown) -> Sight:
        if not journey.kinds:
            await person.forget()
        now = self.stage.now
        began = now()
        played = await play(name, journey, person, user, self.stage)
        person.gone = False  # nobody who looks on has had enough
        last, ended = played.last, now()
        return Sight(
            journey=name,
            at_s=ended,
            took_s=ended - began - played.thought_s,
            outcome=last.outcome,
            status=last.status,
            says=self.secrets.mask(one_line(last.reading)) if last.reading is not None else last.failure or "no answer",
            page=None if last.reading is None else shown.page(name, last.reading, ended, self._show),
        )

    def _show(self, reading: Reading) -> str:
        answer = reading.answer
        page = self.pages.add(self.secrets.mask(answer.text), media_type=answer.media_type, url=answer.url)
        return f"/seen/{page}"


@dataclass(slots=True)
class _Shown:
    """What one of them was shown last."""

    kind: str = ""
    at_s: float = -FRESH_S
    address: str = ""

    def page(self, name: str, reading: Reading, now_s: float, show: Callable[[Reading], str]) -> str:
        kind = fingerprint(name, reading)
        if kind != self.kind or now_s - self.at_s >= FRESH_S:
            self.kind, self.at_s, self.address = kind, now_s, show(reading)
        return self.address
