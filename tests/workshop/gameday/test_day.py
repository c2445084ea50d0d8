from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from chaos.errors import EnvironmentFailed
from chaos.workshop.gameday import day as module
from chaos.workshop.gameday.day import ANSWERS, HELP, JOURNEYS, GameDay
from chaos.workshop.gameday.scenarios import SCENARIOS
from chaos.workshop.progress import Times

SCENARIO = next(each for each in SCENARIOS if each.place == "profile")


class Told:
    """A teller that only remembers."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.times: list[Times] = []

    def see(self, event: Any) -> None:
        pass

    async def go_on(self) -> None:
        await asyncio.Event().wait()

    def say(self, line: str) -> None:
        self.lines.append(line)

    def answer(self, line: str, times: Times) -> None:
        self.lines.append(line)
        self.times.append(times)

    def end(self, times: Times) -> None:
        self.times.append(times)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins when people come, and is about the age service."""
    monkeypatch.setattr(module, "of_seed", lambda _: (SCENARIO, 0.0))


async def begun(day: GameDay) -> None:
    while day.game.began_s is None:
        await asyncio.sleep(0)


def test_it_is_seen_looked_for_mended_and_over_when_people_are_served(live: Any, one: Callable[..., Any]) -> None:
    told = Told()
    day = GameDay(live, 7, told)

    async def words() -> AsyncIterator[str]:
        await begun(day)
        yield "see"
        yield "fix media"
        assert live.faults
        yield "what?"
        yield "fix profile"
        assert not live.faults
        for number in range(20):
            live.tell(one(live.now() + number))
        yield ""
        raise AssertionError("it was over")

    asyncio.run(asyncio.wait_for(day.play(words()), 20))
    assert told.lines == [ANSWERS["seen"], ANSWERS["wrong place"], HELP, ANSWERS["right place"]]
    assert set(live.coming) == set(JOURNEYS)
    first, *_, last = told.times
    assert (first.acted_s, first.served_s) == (None, None)
    assert first.seen_s is not None
    assert last.acted_s is not None
    assert last.served_s is not None
    assert first.seen_s < last.acted_s < last.served_s
    assert (last.wrong_acts, last.what, last.place, last.seed) == (1, SCENARIO.what, "profile", 7)


@pytest.mark.parametrize("words_typed", [("end",), ()])
def test_whoever_gives_up_or_goes_away_leaves_nothing_broken(live: Any, words_typed: tuple[str, ...]) -> None:
    told = Told()
    day = GameDay(live, 7, told)

    async def words() -> AsyncIterator[str]:
        await begun(day)
        assert live.faults
        for word in words_typed:
            yield word

    asyncio.run(asyncio.wait_for(day.play(words()), 20))
    assert not live.faults
    assert (told.times[-1].seen_s, told.times[-1].served_s) == (None, None)


def test_after_so_long_it_is_over(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_S", 0.01)
    told = Told()
    asyncio.run(asyncio.wait_for(GameDay(live, 7, told).play(nothing()), 20))
    assert told.lines == ["the time is over"]
    assert not live.faults


def test_a_system_that_ends_by_itself_ends_it_and_says_so(live: Any) -> None:
    live.failed.set()
    with pytest.raises(EnvironmentFailed, match="web has ended"):
        asyncio.run(asyncio.wait_for(GameDay(live, 7, Told()).play(nothing()), 20))
    assert not live.faults


async def nothing() -> AsyncIterator[str]:
    await asyncio.Event().wait()
    yield ""
