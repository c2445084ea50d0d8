"""How many can come in a stretch of time: as many as the rate says, and more where a surge is on."""

from __future__ import annotations

import pytest

from chaos.experiment.arrivals import Arrivals, Span

TEN_TIMES = (10.0, [(1.0, 2.0), (4.0, 5.0)])
TWICE = (2.0, [(1.5, 4.5)])


@pytest.mark.parametrize(
    ("surges", "spans", "runs"),
    [
        ([], [(0, 3)], 15),
        ([], [(0, 3), (4, 5)], 20),
        ([], [(0, 3.19)], 15),
        ([], [(0.1, 0.7)], 3),  # 0.7 - 0.1 is a little less than 0.6
        ([TEN_TIMES], [(0, 1)], 5),
        ([TEN_TIMES], [(0, 3)], 5 + 50 + 5),
        ([TEN_TIMES], [(1.5, 4.5)], 25 + 10 + 25),
        ([TEN_TIMES], [(0, 1), (2, 3)], 10),
        ([TEN_TIMES, TWICE], [(1, 2)], 25 + 50),
        ([TEN_TIMES, TWICE], [(0, 6)], 5 + 25 + 50 + 20 + 50 + 25 + 5),
    ],
)
def test_surges_count_for_as_long_as_they_are_on(
    surges: list[tuple[float, list[Span]]], spans: list[Span], runs: int
) -> None:
    assert Arrivals(5, surges).whole(spans) == runs


def test_the_peak_is_where_all_that_multiply_are_on_together() -> None:
    assert Arrivals(5).peak_rate == 5
    assert Arrivals(5, [TEN_TIMES]).peak_rate == 50
    assert Arrivals(5, [TEN_TIMES, TWICE]).peak_rate == 100
    assert Arrivals(5, [(2.0, [(0, 1)]), (3.0, [(1, 2)])]).peak_rate == 15


def test_a_pace_is_told_with_its_peak_if_it_has_one() -> None:
    assert str(Arrivals(2.5)) == "2.5 times a second"
    assert str(Arrivals(5, [TEN_TIMES])) == "5 times a second, 50 at the peak"
