"""The earliest steady window: which one it is, from when to when, and when there is none yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.experiment.tolerance import Tolerance, parse_bound
from chaos.journal.events import NOT_IN_TIME, Sample
from chaos.measures import MEASURES
from chaos.verdict.window import Found, SteadyState

Runs = Mapping[str, Sequence[Sample]]


def sample(
    due: float, outcome: str = "served", *, journey: str = "open", took: float = 0.01, late: float = 0
) -> Sample:
    return Sample(
        journey=journey,
        user="u",
        due_s=due,
        left_s=due + late,
        ended_s=due + took,
        took_s=took,
        outcome=outcome,  # type: ignore[arg-type]
    )


def told(letters: str, *, journey: str = "open", every: float = 0.1, begins: float = 0.0) -> list[Sample]:
    """A run every tenth of a second: s served, d degraded, b broken, t timed out; l left late and was served, L too
    slowly, T not at all in time.
    """
    outcomes = {
        "s": "served",
        "d": "degraded",
        "b": "broken",
        "t": "broken",
        "T": "broken",
        "l": "served",
        "L": "served",
    }
    late = {"l": {"late": 0.2, "took": 0.21}, "L": {"late": 0.2, "took": 0.9}, "T": {"late": 0.2, "took": 1.0}}
    failures = dict.fromkeys("tT", f"{NOT_IN_TIME} 1s")
    return [
        replace(
            sample(begins + index * every, outcomes[letter], journey=journey, **late.get(letter, {})),
            failure=failures.get(letter),
        )
        for index, letter in enumerate(letters)
    ]


def steady(
    *, length: float = 0.45, samples: int = 3, latency: bool = False, journeys: tuple[str, ...] = ("open",)
) -> SteadyState:
    tolerances = [Tolerance(name, "served", parse_bound(MEASURES["served"], ">= 99%")) for name in journeys]
    if latency:
        tolerances.append(Tolerance("open", "p95", parse_bound(MEASURES["p95"], "<= 300ms")))
    return SteadyState(tolerances=tuple(tolerances), length_s=length, samples=samples)


def window(found: Found) -> tuple[float, float, float | None] | None:
    if found.window is None:
        return None
    before = found.window.before_s
    return (round(found.window.from_s, 6), round(found.window.to_s, 6), None if before is None else round(before, 6))


@pytest.mark.parametrize(
    ("letters", "from_s", "finished_s", "expected"),
    [
        # it lasts from a run's due time for the length, and knows the run before it
        ("ssssssssss", 0.0, 0.9, (0.0, 0.45, None)),
        ("bsssssssss", 0.0, 0.9, (0.1, 0.55, 0.0)),
        ("sbssssssss", 0.0, 0.9, (0.2, 0.65, 0.1)),
        ("dsssssssss", 0.0, 0.9, (0.1, 0.55, 0.0)),
        ("ssssssssss", 0.25, 0.9, (0.3, 0.75, None)),
        # the earliest, also when a later one holds as well
        ("bssssssbssssss", 0.0, 1.3, (0.1, 0.55, 0.0)),
        # none
        ("", 0.0, 9.0, None),
        ("bbbbbbbbbb", 0.0, 0.9, None),
        ("ssssbssssb", 0.0, 0.9, None),
        # all of its runs must be finished
        ("ssssssssss", 0.0, 0.45, (0.0, 0.45, None)),
        ("ssssssssss", 0.0, 0.44, None),
        # too few runs
        ("ss", 0.0, 9.0, None),
    ],
)
def test_the_earliest_window_is_found(
    letters: str, from_s: float, finished_s: float, expected: tuple[float, float, float | None] | None
) -> None:
    assert window(steady().first_window({"open": told(letters)}, from_s=from_s, finished_s=finished_s)) == expected


def test_a_window_is_longer_when_its_runs_are_few() -> None:
    runs = {"open": told("ssssss", every=1.0)}
    assert window(steady(length=1.0, samples=5).first_window(runs, from_s=0)) == (0.0, 4.0, None)
    assert window(steady(length=1.0, samples=7).first_window(runs, from_s=0)) is None


@pytest.mark.parametrize(
    ("slow", "expected"),
    [("ssssssssss", (0.0, 0.45, None)), ("sbssssssss", (0.2, 0.65, 0.15)), ("ss", None), ("", None)],
)
def test_every_journey_with_a_tolerance_must_hold_in_the_same_window(
    slow: str, expected: tuple[float, float, float | None] | None
) -> None:
    runs = {"open": told("ssssssssss"), "save": told(slow, journey="save", begins=0.05)}
    assert window(steady(journeys=("open", "save")).first_window(runs, from_s=0, finished_s=0.9)) == expected


def test_a_journey_without_a_tolerance_does_not_matter() -> None:
    runs = {"open": told("ssssssssss"), "save": told("bbbbbbbbbb", journey="save")}
    assert window(steady().first_window(runs, from_s=0)) == (0.0, 0.45, None)


@pytest.mark.parametrize(
    ("letters", "latency", "found", "busy"),
    [
        ("LLLLLLLLLL", True, False, True),
        ("LLLLLLLLLL", False, True, False),
        ("llllllllll", True, True, False),
        ("bbbbbbbbbb", True, False, False),
        ("Lssssssssss", True, True, True),
        ("TTTTTTTTTT", False, False, True),
        ("TTTbTTTbTT", False, False, False),
        ("tttttttttt", False, False, False),
    ],
)
def test_a_busy_machine_shows_of_times_only_that_they_were_short_enough(
    letters: str, latency: bool, found: bool, busy: bool
) -> None:
    result = steady(latency=latency).first_window({"open": told(letters)}, from_s=0, finished_s=0.9)
    assert (result.window is not None, result.busy) == (found, busy)


letters = st.text(alphabet="sssbd", max_size=40)


@given(letters, st.integers(0, 40))
def test_a_search_that_resumes_finds_what_one_search_finds(runs: str, cut: int) -> None:
    """The runner searches while runs come in; the judge searches once. Both must see the same window."""
    everything = told(runs)
    once = steady().first_window({"open": everything}, from_s=0)
    so_far = everything[:cut]
    first = steady().first_window({"open": so_far}, from_s=0, finished_s=so_far[-1].due_s if so_far else 0)
    then = first if first.window else steady().first_window({"open": everything}, from_s=first.resume_s)
    assert (once.window is None) == (then.window is None)
    if once.window and then.window:
        assert (once.window.from_s, once.window.to_s) == (then.window.from_s, then.window.to_s)


@given(letters)
def test_a_window_that_is_found_holds_and_none_before_it_does(runs: str) -> None:
    everything = told(runs)

    def holds(start: float) -> bool | None:
        inside = [run for run in everything if start <= run.due_s <= start + 0.45]
        ended = not everything or everything[-1].due_s >= start + 0.45
        return all(run.outcome == "served" for run in inside) if len(inside) >= 3 and ended else None

    last = everything[-1].due_s if everything else 0.0
    found = steady().first_window({"open": everything}, from_s=0, finished_s=last).window
    first = next((run.due_s for run in everything if holds(run.due_s)), None)
    assert (found.from_s if found else None) == first


@pytest.mark.parametrize(
    ("letters", "to_s", "may"),
    [("bbbbbbbbss", 0.9, True), ("bbbbbbbbss", 0.7, False), ("bbbbbbbbbb", 0.9, False), ("", 0.9, False)],
)
def test_a_stretch_that_was_not_watched_to_its_end_may_still_be_steady(letters: str, to_s: float, may: bool) -> None:
    assert steady().may_begin({"open": told(letters)}, from_s=0, to_s=to_s) is may
