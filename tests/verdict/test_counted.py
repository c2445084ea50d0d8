"""A window that counts refuse is one that measures refuse, and the other way round."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chaos.experiment.tolerance import Tolerance, parse_bound
from chaos.journal.events import Sample
from chaos.measures import MEASURES
from chaos.verdict.counted import Counted
from chaos.verdict.window import SteadyState

BOUNDS = [("served", ">= 80%"), ("broken", "10%"), ("degraded", "< 50%"), ("p50", "<= 300ms"), ("p95", "< 700ms")]


def tolerance(measure: str, bound: str) -> Tolerance:
    return Tolerance("open", measure, parse_bound(MEASURES[measure], bound))


def sample(due_s: float, outcome: str, took_s: float, late_s: float) -> Sample:
    return Sample(
        journey="open",
        user="u",
        due_s=due_s,
        left_s=due_s + late_s,
        ended_s=due_s + took_s,
        took_s=took_s,
        outcome=outcome,  # type: ignore[arg-type]
    )


runs = st.lists(
    st.tuples(
        st.sampled_from(["served", "served", "served", "degraded", "broken"]),
        st.sampled_from([0.01, 0.3, 0.31, 0.7, 0.9]),
        st.sampled_from([0.0, 0.0, 0.0, 0.0, 0.2]),
    ),
    min_size=1,
    max_size=40,
)
bounds = st.lists(st.sampled_from(BOUNDS), min_size=1, max_size=3, unique=True)


@given(runs=runs, bounds=bounds, first=st.integers(0, 39), length=st.integers(1, 40))
def test_counting_says_no_exactly_when_looking_at_every_sample_does(
    runs: list[tuple[str, float, float]], bounds: list[tuple[str, str]], first: int, length: int
) -> None:
    samples = [sample(float(number), *each) for number, each in enumerate(runs)]
    first = min(first, len(samples) - 1)
    inside = samples[first : first + length]
    tolerances = tuple(tolerance(*each) for each in bounds)
    counted = Counted(tolerances, {"open": samples}, from_s=0.0)
    steady = SteadyState(tolerances=tolerances, length_s=1.0, samples=1)
    refused = counted.refuse(inside[0].due_s, inside[-1].due_s)
    assert refused == (steady._holds({"open": inside}, 1.0) == (False, False))


def test_what_takes_more_than_counting_is_never_refused() -> None:
    slow = [sample(float(number), "served", 0.01, 0.0) for number in range(20)]
    counted = Counted((tolerance("p95", ">= 1s"),), {"open": slow}, from_s=0.0)
    assert not counted.refuse(0.0, 19.0), "a bound that wants high percentiles is looked at in full"
