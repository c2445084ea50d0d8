"""The other machine's clock: how well it is known."""

from __future__ import annotations

import random

import pytest

from chaos.traffic.locust.offset import KEPT, ClockOffset


def asked(clock: ClockOffset, at_s: float, *, offset_s: float, there_s: float, back_s: float) -> None:
    clock.add(asked_s=at_s, theirs_s=at_s + there_s + offset_s, answered_s=at_s + there_s + back_s)


def test_an_even_way_there_and_back_tells_exactly() -> None:
    clock = ClockOffset()
    asked(clock, 100.0, offset_s=-7.5, there_s=0.02, back_s=0.02)
    assert clock.offset_s == pytest.approx(-7.5)
    assert clock.error_s == pytest.approx(0.02)


def test_the_answer_that_came_back_soonest_counts() -> None:
    clock = ClockOffset()
    asked(clock, 1.0, offset_s=3.0, there_s=0.5, back_s=0.0)
    asked(clock, 2.0, offset_s=3.0, there_s=0.001, back_s=0.001)
    asked(clock, 3.0, offset_s=3.0, there_s=0.0, back_s=0.4)
    assert clock.offset_s == pytest.approx(3.0)
    assert clock.error_s == pytest.approx(0.001)


@pytest.mark.parametrize("seed", range(20))
def test_it_is_never_further_off_than_it_says(seed: int) -> None:
    rng, clock = random.Random(seed), ClockOffset()
    for number in range(10):
        asked(clock, number, offset_s=42.0, there_s=rng.random(), back_s=rng.random())
        assert abs(clock.offset_s - 42.0) <= clock.error_s + 1e-9


def test_clocks_that_drift_apart_are_followed() -> None:
    clock = ClockOffset()
    asked(clock, 0.0, offset_s=1.0, there_s=0.0, back_s=0.0)
    for number in range(KEPT):
        asked(clock, number, offset_s=2.0, there_s=0.01, back_s=0.01)
    assert clock.offset_s == pytest.approx(2.0)
