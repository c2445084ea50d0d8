import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from demo_app.web.client import NotReached, TimedOut
from demo_app.web.delivery import LONGEST_PAUSE_S, Delivery, pause_s
from demo_app.web.guard import Guard
from demo_app.web.model import Clip
from demo_app.web.spool import Spool
from demo_app.web.watch import Watch

WaitUntil = Callable[[Callable[[], bool], str], None]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path)


@pytest.fixture
def guard() -> Guard:
    return Guard("media", open_for_s=0.01)


@pytest.fixture
def delivery(spool: Spool, media: Any, guard: Guard) -> Iterator[Delivery]:
    thread = Delivery(spool, media, guard)
    yield thread
    thread.end()


def test_clips_are_delivered_in_their_order_as_they_come(
    spool: Spool, media: Any, delivery: Delivery, wait_until: WaitUntil
) -> None:
    spool.add(Clip("b", "anna", "", b"1"))
    spool.add(Clip("a", "anna", "", b"2"))
    delivery.start()
    wait_until(lambda: len(spool) == 0, "two are delivered")
    spool.add(Clip("c", "anna", "", b"3"))
    delivery.wake()
    wait_until(lambda: len(spool) == 0, "the third is delivered")
    assert media.stored == [("b", b"1"), ("a", b"2"), ("c", b"3")]
    assert not delivery.failing


def test_while_media_fails_the_oldest_waits_and_is_then_delivered_once(
    spool: Spool, media: Any, guard: Guard, delivery: Delivery, wait_until: WaitUntil
) -> None:
    media.failure, media.stores_and_fails = TimedOut("no answer in time"), True
    spool.add(Clip("a", "anna", "", b"1"))
    spool.add(Clip("b", "anna", "", b"2"))
    delivery.start()
    wait_until(lambda: len(media.timeouts_s) > 2, "it was tried again")
    assert spool.ids() == ["a", "b"]
    assert delivery.failing
    media.failure = None
    watch = Watch(guard, lambda timeout_s: media.feed("reference", timeout_s=timeout_s))
    watch.start()
    wait_until(lambda: len(spool) == 0, "they are delivered")
    watch.end()
    assert media.stored == [("a", b"1"), ("b", b"2")]


def test_with_the_breaker_open_no_clip_is_sent(spool: Spool, media: Any, guard: Guard, delivery: Delivery) -> None:
    media.failure = NotReached("no connection")
    while guard.closed:
        with pytest.raises(NotReached):
            guard.call(lambda timeout_s: media.feed("reference", timeout_s=timeout_s), budget_s=1.0)
    media.failure = None
    spool.add(Clip("a", "anna", "", b"1"))
    with pytest.raises(Exception, match="not closed"):
        delivery.deliver(spool.oldest())  # type: ignore[arg-type]
    assert media.stored == []


def test_larger_clips_have_more_time(spool: Spool, media: Any, delivery: Delivery) -> None:
    for size_bytes in (1000, 8_000_000):
        spool.add(Clip(f"c{size_bytes}", "anna", "", b"x" * size_bytes))
        clip = spool.oldest()
        assert clip is not None
        delivery.deliver(clip)
    small_s, large_s = media.timeouts_s
    assert 0.4 < small_s < 0.6
    assert large_s > 2 * small_s


def test_pauses_grow_up_to_a_limit_and_differ() -> None:
    assert pause_s(1) <= 0.1
    assert {pause_s(50) <= LONGEST_PAUSE_S for _ in range(100)} == {True}
    assert len({pause_s(5) for _ in range(100)}) > 50


def test_a_watch_asks_only_while_its_dependency_is_not_well(guard: Guard, wait_until: WaitUntil) -> None:
    asked = threading.Event()
    healthy = threading.Event()

    def probe(timeout_s: float) -> None:
        asked.set()
        if not healthy.is_set():
            raise TimedOut("no answer in time")

    watch = Watch(guard, probe)
    watch.start()
    assert not asked.wait(0.3)
    with pytest.raises(TimedOut):
        guard.call(probe, budget_s=0.25)
    asked.clear()
    assert asked.wait(30)
    assert not guard.well
    healthy.set()
    wait_until(lambda: guard.well, "it is noticed that the dependency is back")
    watch.end()
