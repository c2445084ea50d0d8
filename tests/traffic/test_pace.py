"""Arrivals at a rate that changes: evenly spread, and as many as the rates add up to."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from chaos.traffic.pace import Pace


def dues(pace: Pace, count: int, after_s: float = 0.0) -> list[float]:
    found = [after_s]
    for _ in range(count):
        found.append(pace.next_after(found[-1]))
    return [round(each, 6) for each in found[1:]]


def test_one_rate_is_evenly_spread() -> None:
    assert dues(Pace(4), 4, after_s=10.0) == [10.25, 10.5, 10.75, 11.0]


def test_a_change_counts_from_its_moment() -> None:
    pace = Pace(1)
    pace.change(10, from_s=2.5)  # half of the third arrival has come together by then
    assert dues(pace, 4) == [1.0, 2.0, 2.55, 2.65]
    pace.change(1, from_s=2.7)
    assert dues(pace, 6) == [1.0, 2.0, 2.55, 2.65, 3.2, 4.2]


@given(
    st.lists(st.tuples(st.floats(0.5, 50), st.floats(0.01, 3)), min_size=1, max_size=6),
)
def test_as_many_come_as_the_rates_add_up_to(steps: list[tuple[float, float]]) -> None:
    pace, now, area = Pace(steps[0][0]), 0.0, 0.0
    for number, (rate, length) in enumerate(steps):
        if number:
            pace.change(rate, from_s=now)
        now, area = now + length, area + rate * length
    arrivals = list(
        itertools.takewhile(
            lambda due: due <= now, itertools.accumulate(itertools.repeat(0.0), lambda last, _: pace.next_after(last))
        )
    )
    assert abs(len(arrivals) - 1 - area) <= 1.001
