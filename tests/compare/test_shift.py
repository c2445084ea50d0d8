"""What chance alone explains: Newcombe's difference of shares, the spread of runs, and bounds that hold for sure."""

from __future__ import annotations

import pytest

from chaos.compare.shift import Estimate, shift, student_t
from chaos.measures.measure import wilson


def share(hits: int, total: int) -> Estimate:
    return Estimate(hits / total, *wilson(hits, total))


def exact(value: float) -> Estimate:
    return Estimate(value, value, value)


def test_the_difference_of_two_shares_is_newcombes_of_his_own_table() -> None:
    """56/70 and 48/80: from +0.0524 to +0.3339 (Newcombe 1998, method 10)."""
    down, up = shift([share(56, 70)], [share(48, 80)]), shift([share(48, 80)], [share(56, 70)])
    assert down.by == pytest.approx(-0.2)
    assert down.noise == pytest.approx(0.2 - 0.0524, abs=1e-4)
    assert up.noise == pytest.approx(down.noise or 0)
    assert down.beyond_noise


@pytest.mark.parametrize(("now", "beyond"), [(97, False), (94, True)])
def test_a_share_moves_beyond_noise_or_within_it(now: int, beyond: bool) -> None:
    assert shift([share(100, 100)], [share(now, 100)]).beyond_noise is beyond


def test_bounds_that_hold_for_sure_must_not_even_touch() -> None:
    before = [Estimate(0.225, 0.2, 0.25)]
    apart, touching = Estimate(0.285, 0.26, 0.31), Estimate(0.265, 0.24, 0.29)
    assert shift(before, [apart], certain=True).beyond_noise
    assert not shift(before, [touching], certain=True).beyond_noise
    assert shift(before, [touching]).beyond_noise, "as estimates they would count as apart"


def test_runs_that_differ_among_themselves_explain_a_difference() -> None:
    calm, restless = [exact(value) for value in (0.2, 0.21, 0.2, 0.19)], [exact(v) for v in (0.1, 0.3, 0.15, 0.25)]
    assert shift(calm, [exact(0.3)]).beyond_noise
    assert not shift(restless, [exact(0.3)]).beyond_noise


def test_two_runs_say_nothing_of_how_much_runs_differ() -> None:
    assert shift([exact(0.1), exact(0.5)], [exact(0.7)]).noise == 0
    assert shift([exact(0.1), exact(0.5)], [exact(0.7), exact(0.4)]).noise != 0


def test_without_intervals_a_single_run_tells_nothing_and_several_do() -> None:
    bare = Estimate(0.2, None, None)
    assert shift([bare], [Estimate(0.4, 0.3, 0.5)]).noise is None
    assert not shift([bare], [Estimate(0.4, 0.3, 0.5)]).beyond_noise
    assert shift([bare, bare, bare], [Estimate(0.4, 0.3, 0.5)]).beyond_noise


def test_an_interval_without_an_end_makes_a_rise_unknown_and_leaves_a_fall_alone() -> None:
    endless = Estimate(0.2, 0.1, None)
    assert shift([endless], [exact(0.9)]).noise is None
    assert shift([endless], [exact(0.01)]).beyond_noise


@pytest.mark.parametrize(("free", "quantile"), [(2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042)])
def test_students_t_is_near_enough(free: int, quantile: float) -> None:
    assert student_t(free) == pytest.approx(quantile, rel=0.032 if free == 2 else 0.01)
