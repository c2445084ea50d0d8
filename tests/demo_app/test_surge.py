"""Ten times the traffic for a while, against processes whose dependencies can do only so much in a second.

Nothing here is timed: what is looked at is what people got, and whether that changes while the usual traffic goes on.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import aiohttp
import pytest

pytestmark = pytest.mark.system

USUAL_PER_S: Final = 40.0
SURGE_PER_S: Final = 400.0
MOST_PER_S: Final = 6400.0
ALMOST_NOBODY_PER_S: Final = 2.0
CAPACITY: Final = "100/s"
BORED_AFTER_S: Final = 1.0
MOST_WAITING: Final = 1500
PATIENCE_S: Final = 60.0

Start = Callable[..., Any]


class Crowd:
    """Members who open their feed, so many a second whether or not they are answered, and who wait for a second."""

    def __init__(self, url: str, cookies: Mapping[str, str]) -> None:
        self._url = url
        self._headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        self.per_s = USUAL_PER_S
        self.surge_per_s = SURGE_PER_S
        self.got: list[str] = []
        self._waiting: set[asyncio.Task[None]] = set()

    async def come(self) -> None:
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            timeout=aiohttp.ClientTimeout(total=BORED_AFTER_S),
        ) as session:
            due_s = time.monotonic()
            try:
                while True:
                    due_s = max(due_s + 1 / self.per_s, time.monotonic() - 0.1)
                    await asyncio.sleep(due_s - time.monotonic())
                    if len(self._waiting) < MOST_WAITING:
                        task = asyncio.create_task(self._open(session))
                        self._waiting.add(task)
                        task.add_done_callback(self._waiting.discard)
            finally:
                await asyncio.gather(*self._waiting, return_exceptions=True)

    async def _open(self, session: aiohttp.ClientSession) -> None:
        try:
            async with session.get(f"{self._url}/", headers=self._headers) as answer:
                self.got.append(in_a_word(answer.status, answer.headers, await answer.text()))
        except (TimeoutError, aiohttp.ClientError):
            self.got.append("nothing")

    async def next(self, number: int) -> Counter[str]:
        """What the next so many got."""
        begun = len(self.got)
        async with asyncio.timeout(PATIENCE_S):
            while len(self.got) < begun + number:
                await asyncio.sleep(0.02)  # between two looks; nothing depends on its length
        return Counter(self.got[begun : begun + number])

    async def until_all_is_well(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while (await self.next(20))["feed"] < 20:
                pass

    async def until_someone_gets_the_feed(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not (await self.next(1))["feed"]:
                pass


def in_a_word(status: int, headers: Mapping[str, str], text: str) -> str:
    if status == 200 and "For you" in text:
        return "feed"
    if status == 503 and headers.get("Retry-After", "").isdigit() and "your age" not in text.lower():
        return "come back later"
    return "asked for the age" if "your age" in text.lower() else f"status {status}"


@asynccontextmanager
async def crowd_at(clipshare: Any) -> AsyncIterator[Crowd]:
    crowd = Crowd(clipshare.url, clipshare.member().cookies.get_dict())
    coming = asyncio.create_task(crowd.come())
    try:
        yield crowd
    finally:
        coming.cancel()
        with suppress(asyncio.CancelledError):
            await coming


async def surge(crowd: Crowd, number: int) -> Counter[str]:
    crowd.per_s = crowd.surge_per_s
    got = await crowd.next(number)
    crowd.per_s = USUAL_PER_S
    return got


def test_resilient_turns_some_away_early_and_is_well_again_afterwards(start_clipshare: Start) -> None:
    async def night() -> None:
        async with crowd_at(start_clipshare("resilient", CAPACITY)) as crowd:
            await crowd.until_all_is_well()
            got = await surge(crowd, 1200)
            while not got["come back later"] and crowd.surge_per_s < MOST_PER_S:
                crowd.surge_per_s *= 2  # a fast machine can look after more people
                got = await surge(crowd, 1200)
            assert got["come back later"] > 0, got
            assert set(got) <= {"feed", "come back later", "nothing"}, got
            assert got["nothing"] < 0.5 * got.total(), got
            await crowd.until_all_is_well()

    asyncio.run(night())


def test_fragile_stays_down_after_the_surge_because_its_retries_feed_it(start_clipshare: Start) -> None:
    async def night() -> None:
        clipshare = start_clipshare("fragile", CAPACITY)
        async with crowd_at(clipshare) as crowd:
            await crowd.until_all_is_well()
            await surge(crowd, 350)
            before = asked(clipshare)
            assert (await crowd.next(120))["feed"] == 0
            lookups, opened = (now - earlier for now, earlier in zip(asked(clipshare), before, strict=True))
            assert lookups > 2 * opened  # more than a lookup for each opening, and all of it in vain
            crowd.per_s = ALMOST_NOBODY_PER_S
            await crowd.until_someone_gets_the_feed()
            crowd.per_s = USUAL_PER_S
            await crowd.until_all_is_well()  # the same traffic as before: nothing was broken but by itself

    asyncio.run(night())


def asked(clipshare: Any) -> tuple[int, int]:
    """How many lookups `profile` has answered so far, and how many openings `web` has."""
    return clipshare.profile.log.read_text().count("path=/users/"), clipshare.web.log.read_text().count("path=/ ")
