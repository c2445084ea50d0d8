"""A game day as lines: one each second of what people get, and words that are typed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from chaos.backends.links import Choice
from chaos.errors import InvalidOption
from chaos.experiment.systems import Choices
from chaos.journal import events as e
from chaos.live.fault import LiveFault
from chaos.live.opening import standing_of
from chaos.live.system import LiveSystem
from chaos.reports.words import printable
from chaos.workshop.gameday.game import Game, Said
from chaos.workshop.gameday.scenarios import PLACES, of_seed
from chaos.workshop.lessons.lesson import Lesson
from chaos.workshop.progress import Times
from chaos.workshop.proofs.prover import Place

JOURNEYS: Final = {"open_app": "watching", "join": "joining", "upload": "posting"}
RATE_PER_S: Final = 10.0
ON_EVERY_PAGE: Final = "Skip to content Clipshare Watch Post My clips Status "
LONGEST_S: Final = 240.0
NOT_OVER: Final = 1
HELP: Final = f"type: see (I see it), fix {' | fix '.join(PLACES)} (take away what is wrong there), end"
ANSWERS: Final[dict[Said, str]] = {
    "too early": "all is well so far",
    "seen": "noted: you see it. Now find out where it is",
    "again": "that was noted before",
    "wrong place": "nothing was wrong there",
    "right place": "that was it. Now wait until people are served again",
}


@dataclass(slots=True)
class Second:
    """What users got since the last line."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    longest_s: dict[str, float] = field(default_factory=dict)
    says: str = ""

    def line(self, at_s: float) -> str:
        parts = [
            f"{name}: {counts['served']} of {counts.total()} served, slowest {self.longest_s[journey] * 1000:.0f} ms"
            for journey, name in JOURNEYS.items()
            if (counts := self.outcomes.get(journey))
        ]
        said = f" | someone reads: {self.says[:110]!r}" if self.says else ""
        return f"{at_s:5.0f} s  {'; '.join(parts) or 'nobody came'}{said}"


class GameDay:
    """One evening on a live system."""

    def __init__(self, live: LiveSystem, seed: int, say: Callable[[str], None]) -> None:
        self._live, self._say = live, say
        self.scenario, self._begins_s = of_seed(seed)
        self.game = Game(self.scenario.place)
        self._second = Second()
        self._says: dict[str, str] = {}
        """What is read in answers that were not served, by their fingerprints."""
        self._fault: LiveFault | None = None

    async def play(self, words: AsyncIterator[str]) -> None:
        """Until people are served again, somebody ends it, or it has lasted too long."""
        stop = self._live.watch(self._heard)
        try:
            async with asyncio.timeout(LONGEST_S), asyncio.TaskGroup() as group:
                for journey in JOURNEYS:
                    await self._live.start_users(journey, rate=RATE_PER_S)
                others = [group.create_task(self._break()), group.create_task(self._tell())]
                async for word in words:
                    if not await self._does(word):
                        break
                for task in others:
                    task.cancel()
        except TimeoutError:
            self._say("the time is over")
        finally:
            stop()

    async def _break(self) -> None:
        await asyncio.sleep(self._begins_s)
        self._fault = await self._live.inject(self.scenario.entry())
        self.game.begins(self._live.now())

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(1)
            second, self._second = self._second, Second()
            self._say(second.line(self._live.now()))

    async def _does(self, word: str) -> bool:
        """Whether it goes on."""
        verb, _, place = word.strip().partition(" ")
        if verb == "end" or self.game.is_over:
            return False
        if verb == "see":
            self._say(ANSWERS[self.game.see(self._live.now())])
        elif verb == "fix" and place in PLACES:
            said = self.game.act(place, self._live.now())
            if said == "right place" and self._fault is not None:
                await self._live.undo(self._fault)
            self._say(ANSWERS[said])
        elif word.strip():
            self._say(HELP)
        return True

    def _heard(self, event: e.Event) -> None:
        if isinstance(event, e.AnswerSeen):
            self._says[event.fingerprint] = event.says.removeprefix(ON_EVERY_PAGE)
        if isinstance(event, e.Sample):
            self._second.says = self._says.get(event.answer or "", self._second.says)
            self._second.outcomes.setdefault(event.journey, Counter())[event.outcome] += 1
            longest = self._second.longest_s.get(event.journey, 0.0)
            self._second.longest_s[event.journey] = max(longest, event.took_s)
            self.game.fared(event.due_s, served=event.outcome == "served", took_s=event.took_s)


def play(lesson: Lesson, place: Place) -> int:
    """Returns 0 for one that was played to its end, else 1."""
    chosen = secrets.randbelow(1_000_000) if place.seed is None else place.seed

    def say(line: str) -> None:
        place.console.print(printable(line), markup=False, soft_wrap=True)
        sys.stdout.flush()

    say(f"game day {chosen}: your app is starting")
    day = asyncio.run(_played(chosen, say))
    game = day.game
    times = Times(
        seed=chosen,
        what=day.scenario.what,
        seen_s=game.after(game.seen_s),
        acted_s=game.after(game.acted_s),
        served_s=game.after(game.served_s),
        wrong_acts=game.wrong_acts,
    )
    place.notebook.played(lesson, times)
    say(f"what happened: {times.what} ({day.scenario.place})")
    for what, after_s in ("seen", times.seen_s), ("acted on", times.acted_s), ("served again", times.served_s):
        say(f"{what}: {'never' if after_s is None else f'after {after_s:.1f} s'}")
    say(f"acts that did not help: {times.wrong_acts}; the same evening again: --seed {chosen}")
    return 0 if game.is_over else NOT_OVER


async def _played(seed: int, say: Callable[[str], None]) -> GameDay:
    standing = standing_of(Path("demo_app/system.yaml"), Choices(vars={"mode": "mine"}, seed=seed), Choice())
    async with LiveSystem(standing) as live:
        day = GameDay(live, seed, say)
        say(f"people are coming; something will break. {HELP}")
        async with _typed(lambda: day.game.is_over) as words:
            await day.play(words)
    return day


@contextlib.asynccontextmanager
async def _typed(over: Callable[[], bool]) -> AsyncIterator[AsyncIterator[str]]:
    """Lines of the standard input, until there are no more, or it is `over`."""
    loop, descriptor = asyncio.get_running_loop(), sys.stdin.fileno()
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    rest = b""

    def read() -> None:
        nonlocal rest
        found = os.read(descriptor, 4096)
        *whole, rest = (rest + found).split(b"\n")
        for line in whole:
            lines.put_nowait(line.decode("utf-8", "replace"))
        if not found:
            loop.remove_reader(descriptor)
            lines.put_nowait(None)

    async def words() -> AsyncIterator[str]:
        while not over():
            try:
                async with asyncio.timeout(0.1):
                    line = await lines.get()
            except TimeoutError:
                continue
            if line is None:
                return
            yield line

    try:
        loop.add_reader(descriptor, read)
    except PermissionError:
        raise InvalidOption("a game day needs somebody who types: a terminal, or a pipe") from None
    try:
        yield words()
    finally:
        loop.remove_reader(descriptor)
