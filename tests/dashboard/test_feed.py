"""The feed: what a page is sent, from its first look to its coming back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import pytest

from chaos.backends.embedded import EmbeddedLinks
from chaos.dashboard.board import Board
from chaos.dashboard.feed import Feed
from chaos.dashboard.showing import show


@pytest.fixture
def feed(board: Board, system: Any) -> Feed:
    return Feed(board, show(system, epoch="e1", variant=None, toxics=EmbeddedLinks.toxics), lambda: 5.0)


def parsed(frame: bytes) -> tuple[str, str, Any]:
    lines = dict(line.split(": ", 1) for line in frame.decode().removesuffix("\n\n").split("\n"))
    return lines["event"], lines["id"], json.loads(lines["data"])


def first_of(feed: Feed, count: int, last_id: str = "") -> list[bytes]:
    async def follow() -> list[bytes]:
        frames = []
        async for frame in feed.follow(last_id):
            frames.append(frame)
            if len(frames) == count:
                break
        return frames

    return run(follow())


def run(story: Coroutine[Any, Any, Any]) -> Any:
    async def within() -> Any:
        return await asyncio.wait_for(story, 10)

    return asyncio.run(within())


def test_a_page_is_sent_the_system_and_then_all_that_is_known(feed: Feed, board: Board, sample: Any) -> None:
    board.see(sample(1.0))
    (event, _, system), (second, id, update) = map(parsed, first_of(feed, 2))
    assert (event, system["name"], system["epoch"]) == ("system", "shop", "e1")
    assert (second, id, update["version"], update["now_s"]) == ("update", "e1.1", 1, 5.0)
    assert update["seconds"][0]["journeys"]["open"]["served"] == 1


def test_a_page_that_comes_back_is_sent_only_what_it_missed(feed: Feed, board: Board, sample: Any) -> None:
    board.see(sample(1.0))
    board.see(sample(2.0))
    ((event, id, update),) = map(parsed, first_of(feed, 1, "e1.1"))
    assert (event, id, [each["at_s"] for each in update["seconds"]]) == ("update", "e1.2", [2])


@pytest.mark.parametrize("last_id", ["other.1", "e1.x", "e1.-1", "e1.", "nonsense", "e1.1.2"])
def test_what_a_page_knows_from_another_server_counts_for_nothing(feed: Feed, board: Board, last_id: str) -> None:
    board.health("lost")
    assert parsed(first_of(feed, 1, last_id)[0])[0] == "system"


def test_many_changes_between_two_looks_are_one_update(feed: Feed, board: Board, sample: Any) -> None:
    async def story() -> list[bytes]:
        following = feed.follow("e1.0")
        board.see(sample(1.0))
        frames = [await anext(following)]
        for number in range(500):
            board.see(sample(2.0 + number / 1000))
        frames.append(await anext(following))
        return frames

    _, (_, id, update) = map(parsed, run(story()))
    assert id == "e1.501"
    assert update["seconds"][0]["journeys"]["open"]["served"] == 500


def test_when_nothing_happens_a_sign_of_life_is_sent(board: Board, system: Any) -> None:
    times = iter(range(0, 1000, 3))
    feed = Feed(board, show(system, epoch="e1", variant=None, toxics=EmbeddedLinks.toxics), lambda: float(next(times)))
    assert first_of(feed, 2, "e1.0") == [b": still here\n\n"] * 2
