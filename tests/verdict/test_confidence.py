"""Bounds that must be shown with confidence: neither held nor refuted before the Wilson interval says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chaos.experiment.tolerance import Bound
from chaos.verdict.confidence import judge_share, samples_missing

Tell = Callable[..., Any]
MOSTLY_SERVED = {"during": {"open": {"served": {"bound": ">= 90%", "confidence": "95%"}}}}
AT_LEAST = Bound(">=", 0.99, ">= 99%", 0.95)
AT_MOST = Bound("<=", 0.05, "<= 5%", 0.95)


@pytest.mark.parametrize(
    ("bound", "hits", "missing", "state"),
    [
        (AT_LEAST, (380, 380), 0, "undecided"),
        (AT_LEAST, (381, 381), 0, "held"),
        (AT_LEAST, (381, 381), 1, "undecided"),
        (AT_LEAST, (0, 0), 0, "undecided"),
        (AT_LEAST, (990, 1000), 0, "undecided"),
        (AT_LEAST, (950, 1000), 0, "refuted"),
        (AT_LEAST, (5, 20), 0, "refuted"),
        (AT_LEAST, (5, 20), 5000, "undecided"),
        (AT_LEAST, (5, 20), 500, "refuted"),
        (AT_MOST, (0, 60), 0, "undecided"),
        (AT_MOST, (0, 80), 0, "held"),
        (AT_MOST, (10, 100), 0, "refuted"),
        (AT_MOST, (10, 100), 100, "undecided"),
    ],
)
def test_the_whole_interval_must_be_on_one_side(bound: Bound, hits: tuple[int, int], missing: int, state: str) -> None:
    assert judge_share(bound, "served", hits, missing=missing)[0] == state


@pytest.mark.parametrize(
    ("bound", "hits", "missing"),
    [(AT_LEAST, (0, 0), 381), (AT_LEAST, (380, 380), 1), (AT_LEAST, (381, 381), 0), (AT_MOST, (0, 60), 13)],
)
def test_what_is_missing_is_the_least_that_could_show_it(bound: Bound, hits: tuple[int, int], missing: int) -> None:
    assert samples_missing(bound, *hits) == missing


def test_what_is_undecided_says_how_many_samples_are_missing() -> None:
    assert judge_share(AT_LEAST, "served", (380, 380)) == (
        "undecided",
        "380 samples do not decide it; at least 1 more would",
    )


def test_the_same_figure_is_enough_or_not_by_the_number_of_samples(story: Tell) -> None:
    few = story(**MOSTLY_SERVED).night(during="30s").end().verdict()
    assert few.verdict == "inconclusive"
    assert "30 samples do not decide it; at least" in few.reasons[0]
    assert story(**MOSTLY_SERVED).night(during="45s").end().verdict().verdict == "passed"
    refuted = story(**MOSTLY_SERVED).night(during="30s 15b").end().verdict()
    assert (refuted.verdict, refuted.reasons[0].partition(";")[0]) == (
        "failed",
        "open served >= 90% (95% confidence): served was 66.6%, with 52.1% to 78.6% it is not >= 90%",
    )


@pytest.mark.parametrize(
    "bound", [AT_LEAST, AT_MOST, Bound(">=", 0.9, ">= 90%", 0.8), Bound("<=", 0.3, "<= 30%", 0.99)]
)
def test_a_bound_knows_how_few_samples_can_show_it(bound: Bound) -> None:
    assert bound.fewest_samples == samples_missing(bound, 0, 0)
