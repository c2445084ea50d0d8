"""Differences between two copies: what is really there is found, and what is not there hardly ever."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from chaos.journal.events import Sample
from chaos.measures import MEASURES
from chaos.measures.difference import Estimate, correlation, difference_interval
from chaos.measures.measure import Interval, wilson
from chaos.rules.story import Outcome

TRIALS = 150
NOMINAL = 0.05
"""A 95 % interval misses the truth in so many of all cases, on either side."""
CHANCE = 0.05
"""More than that is none, with 150 trials."""


def seen(outcome: Outcome, took_s: float) -> Sample:
    return Sample(journey="open", user="u", due_s=0, left_s=0, ended_s=took_s, took_s=took_s, outcome=outcome)


def interval(measure: str, ours: list[Sample], theirs: list[Sample]) -> Interval:
    comparison = MEASURES[measure].comparison
    assert comparison is not None
    return comparison.interval(ours, theirs)


def on_a_noisy_machine(
    rng: random.Random, pairs: int, *, shift_s: float = 0.0, alike: bool = True
) -> tuple[list[Sample], list[Sample]]:
    """Each moment is as slow as the machine is in it, for both copies, and a little by chance for each. Where they are
    not `alike`, each has a machine of its own.
    """
    ours, theirs = [], []
    for _ in range(pairs):
        machine_s = rng.expovariate(1 / 0.3)
        other_s = machine_s if alike else rng.expovariate(1 / 0.3)
        times = [each_s + rng.lognormvariate(-4, 0.6) for each_s in (machine_s, other_s)]
        ours.append(seen("served" if times[0] < 0.9 else "broken", times[0] + shift_s))
        theirs.append(seen("served" if times[1] < 0.9 else "broken", times[1]))
    return ours, theirs


def misses(measure: str, truth: float, **noise: Any) -> float:
    """How often the interval does not hold the true difference."""
    rng = random.Random(f"{measure}/{truth}")
    missed = 0
    for _ in range(TRIALS):
        low, high = interval(measure, *on_a_noisy_machine(rng, 100, **noise))
        missed += not low <= truth <= high
    return missed / TRIALS


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize("measure", ["served", "broken", "p50", "p90", "p95"])
def test_identical_copies_differ_no_more_often_than_the_nominal_rate(measure: str, alike: bool) -> None:
    assert misses(measure, 0.0, alike=alike) <= NOMINAL + CHANCE


@pytest.mark.parametrize("measure", ["p50", "p90", "p95"])
def test_the_interval_holds_a_real_shift_as_often_as_it_promises(measure: str) -> None:
    assert misses(measure, 0.2, shift_s=0.2) <= NOMINAL + CHANCE


@pytest.mark.parametrize(("measure", "shift_s"), [("p50", 0.1), ("p90", 0.3), ("p95", 0.4)])
def test_a_shift_is_told_from_none_though_the_noise_of_the_machine_is_larger(measure: str, shift_s: float) -> None:
    rng = random.Random(measure)
    found = [interval(measure, *on_a_noisy_machine(rng, 200, shift_s=shift_s))[0] > 0 for _ in range(50)]
    assert sum(found) >= 45


def test_what_both_copies_share_makes_the_interval_narrower() -> None:
    """The same runs with their partners shuffled: as if they had been due at other moments."""
    rng = random.Random(7)
    ours, theirs = on_a_noisy_machine(rng, 400)
    strangers = rng.sample(theirs, len(theirs))
    for measure in ("served", "p90"):
        paired, apart = interval(measure, ours, theirs), interval(measure, ours, strangers)
        assert paired[1] - paired[0] < 0.75 * (apart[1] - apart[0])


def test_without_pairs_it_is_the_interval_of_two_samples() -> None:
    """The example of Newcombe's paper on two samples, 56 of 70 against 48 of 80: by method 10, 0.0524 to 0.3339."""
    one, other = (Estimate(hits / total, wilson(hits, total)) for hits, total in ((56, 70), (48, 80)))
    low, high = difference_interval(one, other, [])
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def all_the_same(took_s: float) -> list[Sample]:
    return [seen("broken", took_s)] * 100


def test_without_any_spread_the_difference_is_exact() -> None:
    assert interval("p95", all_the_same(1.0), all_the_same(0.25)) == (0.75, 0.75)


@pytest.mark.parametrize("measure", [name for name, each in MEASURES.items() if each.unit == "duration"])
def test_from_the_fewest_pairs_on_a_difference_can_be_shown_and_not_before(measure: str) -> None:
    comparison = MEASURES[measure].comparison
    assert comparison is not None

    def shown(pairs: int) -> bool:
        low, _ = interval(measure, [seen("served", 2.0)] * pairs, [seen("served", 1.0)] * pairs)
        return low > 0

    assert shown(comparison.fewest)
    assert not shown(comparison.fewest - 1)


def test_copies_that_move_together_move_against_each_other_or_not_at_all() -> None:
    def phi(*counts: int) -> float:
        kinds = ((True, True), (True, False), (False, True), (False, False))
        return correlation([kind for kind, count in zip(kinds, counts, strict=True) for _ in range(count)])

    assert phi(50, 0, 0, 50) == pytest.approx(0.98)  # 1, but for the correction
    assert phi(0, 50, 50, 0) == -1.0
    assert phi(25, 25, 25, 25) == phi(100, 0, 0, 0) == phi(0, 0, 0, 0) == 0.0


@pytest.mark.parametrize("measure", MEASURES)
def test_swapping_the_copies_turns_the_interval_round(measure: str) -> None:
    comparison = MEASURES[measure].comparison
    if comparison is None:
        return
    ours, theirs = on_a_noisy_machine(random.Random(3), 500)
    low, high = comparison.interval(ours, theirs)
    assert comparison.interval(theirs, ours) == pytest.approx((-high, -low))
    assert math.isfinite(high)
