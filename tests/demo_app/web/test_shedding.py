import pytest

from demo_app.web.shedding import REMEMBERED_FOR_S, Limits, Load, Shedding, spread_retry_after_s

LIMITS = Limits(busy=2, no_writes=4, full=6)


@pytest.mark.parametrize(
    ("under_way", "load"),
    [(2, Load.LIGHT), (3, Load.BUSY), (4, Load.BUSY), (5, Load.NO_WRITES), (6, Load.NO_WRITES), (7, Load.FULL)],
)
def test_the_load_follows_the_requests_under_way(under_way: int, load: Load) -> None:
    shedding = Shedding(LIMITS)
    loads = [shedding.enter() for _ in range(under_way)]
    assert loads[-1] is load
    shedding.leave()
    assert shedding.enter() is load


def test_requests_in_the_servers_queue_count_as_well() -> None:
    shedding = Shedding(LIMITS)
    shedding.waiting = lambda: 10
    assert shedding.enter() is Load.FULL


def test_without_limits_everybody_waits() -> None:
    shedding = Shedding(None)
    assert {shedding.enter() for _ in range(100)} == {Load.LIGHT}


def test_it_was_busy_until_a_little_later() -> None:
    now_s = 10.0
    shedding = Shedding(LIMITS, clock=lambda: now_s)
    assert not shedding.recently_busy
    for _ in range(3):
        shedding.enter()
    assert shedding.recently_busy
    now_s += REMEMBERED_FOR_S
    assert not shedding.recently_busy


def test_not_everybody_is_told_to_come_back_at_the_same_time() -> None:
    assert {spread_retry_after_s() for _ in range(200)} == {1, 2, 3}
