"""The contract of every entry of MEASURES and AUDIT_MEASURES, and each kind against a plain reference."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.measures import AUDIT_MEASURES, MEASURES
from chaos.measures.measure import wilson

EVERY = {**MEASURES, **AUDIT_MEASURES}
OUTCOMES = ("served", "degraded", "broken")


@dataclass(frozen=True, slots=True)
class Seen:
    outcome: str
    took_s: float
    due_s: float = 0.0
    user: str = "u"
    gave_up: bool = False
    failure: str | None = None


seen = st.builds(
    Seen,
    st.sampled_from(OUTCOMES),
    st.floats(min_value=0, max_value=60),
    st.floats(min_value=0, max_value=10),
    st.sampled_from("abcdef"),
    st.booleans(),
)
runs = st.lists(seen, max_size=60)
some_runs = st.lists(seen, min_size=1, max_size=60)


def of(served: int = 0, degraded: int = 0, broken: int = 0) -> list[Seen]:
    counts = zip(OUTCOMES, (served, degraded, broken), strict=True)
    return [Seen(outcome, 0.1) for outcome, count in counts for _ in range(count)]


def taking(*times_ms: float) -> list[Seen]:
    return [Seen("served", each / 1000) for each in times_ms]


def test_no_name_means_two_measures() -> None:
    assert not MEASURES.keys() & AUDIT_MEASURES.keys()


@pytest.mark.parametrize("name", EVERY)
def test_every_measure_has_its_table_name_and_says_what_it_is(name: str) -> None:
    measure = EVERY[name]
    assert measure.name == name
    assert len(measure.summary.split()) >= 4
    assert not measure.summary.endswith(".")


@pytest.mark.parametrize("name", MEASURES)
def test_the_figure_of_nothing_is_the_best_there_is(name: str) -> None:
    measure = MEASURES[name]
    best = {"share": 1.0, "rate": math.inf}[measure.unit] if measure.higher_is_better else 0.0
    assert measure.figure([]) == best


@pytest.mark.parametrize("name", MEASURES)
@given(samples=runs, missing=st.integers(0, 40))
def test_imagined_samples_never_take_a_figure_the_wrong_way(name: str, samples: list[Seen], missing: int) -> None:
    """A bound that is missed even with them is refuted, so they must give the app every chance."""
    measure = MEASURES[name]
    figure = measure.figure(samples)
    if samples:
        assert measure.figure(samples, missing, upwards=True) >= figure
    assert measure.figure(samples, missing, upwards=False) <= figure


@pytest.mark.parametrize("name", MEASURES)
@given(samples=some_runs, real=st.lists(seen, min_size=1, max_size=40))
def test_no_real_samples_could_do_better_than_the_imagined_ones(
    name: str, samples: list[Seen], real: list[Seen]
) -> None:
    measure = MEASURES[name]
    figure = measure.figure([*samples, *real])
    assert measure.figure(samples, len(real), upwards=False) <= figure
    assert figure <= measure.figure(samples, len(real), upwards=True)


@pytest.mark.parametrize("name", MEASURES)
@given(samples=some_runs)
def test_the_interval_holds_the_figure(name: str, samples: list[Seen]) -> None:
    measure = MEASURES[name]
    low, high = measure.interval(samples)
    assert low - 1e-12 <= measure.figure(samples) <= high + 1e-12


@pytest.mark.parametrize("name", MEASURES)
@given(samples=some_runs)
def test_the_order_of_the_samples_does_not_matter(name: str, samples: list[Seen]) -> None:
    measure = MEASURES[name]
    assert measure.figure(samples) == measure.figure(samples[::-1])
    assert measure.interval(samples) == measure.interval(samples[::-1])


@given(samples=some_runs, percent=st.sampled_from([50, 90, 95, 99]))
def test_a_percentile_is_the_smallest_time_that_enough_runs_kept(samples: list[Seen], percent: int) -> None:
    figure = MEASURES[f"p{percent}"].figure(samples)
    times = [sample.took_s for sample in samples]

    def kept(limit: float) -> bool:
        return sum(time <= limit for time in times) * 100 >= percent * len(times)

    assert figure == min(time for time in times if kept(time))


@pytest.mark.parametrize(
    ("name", "samples", "figure"),
    [
        ("served", of(served=99, broken=1), 0.99),
        ("served", of(broken=1), 0),
        ("degraded", of(served=1, degraded=1), 0.5),
        ("broken", of(served=1, degraded=1, broken=2), 0.5),
        ("p50", taking(10, 20, 30), 0.02),
        ("p50", taking(10, 20), 0.01),
        ("p95", taking(*range(1, 21)), 0.019),
        ("p95", taking(*range(1, 101)), 0.095),
        ("p99", taking(*range(1, 101)), 0.099),
        ("p99", taking(5), 0.005),
        ("rate", [Seen("served", 0.1, due_s=second / 10) for second in range(11)], 11),
        ("rate", [Seen("broken", 0.1, due_s=second) for second in range(11)], 0),
        ("rate", [Seen("served" if second % 2 else "degraded", 0.1, due_s=second) for second in range(11)], 0.5),
        ("abandonment", [Seen("served", 0.1, user=user) for user in "abcd"], 0),
        ("abandonment", [Seen("broken", 0.1, user=user, gave_up=user == "a") for user in "abcd"], 0.25),
        ("abandonment", [Seen("broken", 0.1, user=user, failure="gave up before") for user in "aab"], 1),
        ("abandonment", [*of(served=9), Seen("broken", 0.1, user="v", gave_up=True)], 0.5),
    ],
)
def test_a_figure_is_what_one_would_count(name: str, samples: list[Seen], figure: float) -> None:
    assert MEASURES[name].figure(samples) == figure


@pytest.mark.parametrize(
    ("name", "samples", "missing", "down", "up"),
    [
        ("served", of(served=5, broken=1), 4, 0.5, 0.9),
        ("broken", of(broken=1), 19, 0.05, 1),
        ("p95", taking(900), 19, 0, math.inf),
        ("p95", taking(900, 900), 18, 0.9, math.inf),
        ("p50", taking(10, 20), 1, 0.01, 0.02),
        ("rate", of(served=5), 1, 0, math.inf),
        ("abandonment", [Seen("broken", 0.1, user=user, gave_up=user == "a") for user in "ab"], 2, 0.25, 1),
    ],
)
def test_imagined_samples_go_as_far_as_samples_can(
    name: str, samples: list[Seen], missing: int, down: float, up: float
) -> None:
    figure = MEASURES[name].figure
    assert (figure(samples, missing, upwards=False), figure(samples, missing, upwards=True)) == (down, up)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (0, 0, 0, 1),
        (381, 381, 0.99, 1),  # "99 % needs 381 of 381"
        (10, 20, 0.2993, 0.7007),
        (0, 20, 0, 0.1611),
        (20, 20, 0.8389, 1),
        (1, 10, 0.0179, 0.4042),
    ],
)
def test_the_wilson_interval_agrees_with_the_books(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_380_of_380_do_not_yet_show_99_percent_and_381_do() -> None:
    assert wilson(380, 380)[0] < 0.99 <= wilson(381, 381)[0]


def test_the_interval_of_a_percentile_is_open_above_until_there_are_enough_runs() -> None:
    assert MEASURES["p95"].interval(taking(*range(1, 21)))[1] == math.inf
    low, high = MEASURES["p95"].interval(taking(*range(1, 1001)))
    assert 0.930 < low < 0.950 < high < 0.970


def test_a_rate_is_over_the_time_that_was_watched_where_that_is_known() -> None:
    """Twenty clients that all hang come once, at the same moment: that is no endless rate."""
    assert MEASURES["rate"].figure(of(served=20), over_s=4.0) == 5
    assert MEASURES["rate"].interval(of(served=20), over_s=4.0) == (pytest.approx(4.19, abs=0.01), 5)


@pytest.mark.parametrize("name", AUDIT_MEASURES)
def test_an_audit_counts_its_items(name: str) -> None:
    assert AUDIT_MEASURES[name].figure(of(served=3)) == 3
    assert AUDIT_MEASURES[name].unit == "count"
