"""A game day as a page shows it: what the dashboard knows, without what was done to the system, in lines of JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from chaos.dashboard.board import Board
from chaos.dashboard.counting import Counting
from chaos.dashboard.feed import system_as_json, update_as_json
from chaos.dashboard.showing import SystemShown, show
from chaos.journal import events as e
from chaos.live.system import LiveSystem
from chaos.system.environment import with_environment
from chaos.workshop.progress import Times

SIGN: Final = "\x1e"
"""Before each scene: what is printed for people never has it."""
EVERY_S: Final = 0.5
_KEPT_BACK: Final = (e.FaultChosen, e.FaultInjected, e.FaultTookEffect, e.FaultUndone)


class Scenes:
    """Implements `Teller`. `write` gets whole lines for the page, `say` those for people."""

    def __init__(self, live: LiveSystem, say: Callable[[str], None], write: Callable[[str], None]) -> None:
        self._live = live
        self.say = say
        self._write = write
        self._board = Board(live.system, seed=live.standing.seed)
        self._version = 0
        self._kept_back: list[e.Event] = []

    def see(self, event: e.Event) -> None:
        if isinstance(event, _KEPT_BACK):
            self._kept_back.append(event)
        else:
            self._board.see(event)

    async def go_on(self) -> None:
        self._tell("system", system_as_json(_for_a_player(self._live)))
        counting = Counting(live=self._live, system=with_environment(self._live.system), board=self._board)
        async with asyncio.TaskGroup() as group:
            group.create_task(counting.go_on())
            while True:
                self._update()
                await asyncio.sleep(EVERY_S)

    def answer(self, line: str, times: Times) -> None:
        self.say(line)
        self._times(times, told=False)

    def end(self, times: Times) -> None:
        for event in self._kept_back:
            self._board.see(event)
        self._update()
        self._times(times, told=True)

    def _times(self, times: Times, *, told: bool) -> None:
        """`told`: what it was, too."""
        known = times.model_dump(mode="json", exclude=None if told else {"what", "place", "seed"})
        self._tell("times", json.dumps(known).encode())

    def _update(self) -> None:
        update = self._board.since(self._version, now_s=self._live.now())
        self._version = update.version
        self._tell("update", update_as_json(update))

    def _tell(self, kind: str, data: bytes) -> None:
        self._write(f'{SIGN}{{"{kind}": {data.decode()}}}')


def _for_a_player(live: LiveSystem) -> SystemShown:
    """Nothing can be broken here, and of the services none can be mended."""
    standing = live.standing
    shown = show(live.system, epoch=live.folder.name, variant=standing.variant, choice=standing.choice)
    return replace(shown, offers=(), nodes=tuple(replace(node, touchable=False) for node in shown.nodes))
