"""The contract of measures of a whole course, and each of them against what one would count by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.measures import DETECT_MEASURES, IMPACT_MEASURES, LINK_MEASURES
from chaos.measures.course import AtLeast, Course, LinkCourse, NoticeCourse, Unknown
from chaos.measures.on_links import amplification_before

EVERY = {**IMPACT_MEASURES, **LINK_MEASURES, **DETECT_MEASURES}


@dataclass(frozen=True, slots=True)
class Visit:
    user: str
    due_s: float
    outcome: str = "served"
    took_s: float = 0.1
    gave_up: bool = False
    failure: str | None = None

    @property
    def ended_s(self) -> float:
        return self.due_s + self.took_s


LINK = LinkCourse(
    counts=[(0.0, 2), (5.0, 27), (10.0, 127), (10.25, 132), (10.5, 152), (12.0, 162)],
    sent=[each / 10 for each in range(120)],
    began_s=0.0,
    broken_s=5.0,
    undone_s=10.0,
    until_s=12.0,
    blind=False,
    carried=True,
    of="connections",
)


@pytest.mark.parametrize("name", EVERY)
def test_every_measure_has_its_table_name_and_says_what_it_is(name: str) -> None:
    assert EVERY[name].name == name
    assert len(EVERY[name].summary.split()) >= 4
    assert not EVERY[name].summary.endswith(".")


@pytest.mark.parametrize(
    ("visits", "lost_s"),
    [
        ([], 0),
        ([Visit("a", 1), Visit("b", 2)], 0),
        ([Visit("a", 1, "broken"), Visit("a", 4)], 3.1),
        ([Visit("a", 1, "degraded"), Visit("a", 2, "broken"), Visit("a", 4)], 3.1),
        ([Visit("a", 1, "broken"), Visit("b", 2), Visit("b", 3, "broken"), Visit("a", 4)], 3.1 + 7),
        ([Visit("a", 1, "broken")], 9),
        ([Visit("a", 1, "broken"), Visit("a", 9.5, "broken", took_s=2)], 10.5),
        ([Visit("a", 1, "broken"), Visit("a", 2), Visit("a", 3, "broken"), Visit("a", 4)], 1.1 + 1.1),
    ],
)
def test_a_user_is_without_from_the_first_bad_visit_to_the_end_of_the_next_good_one(
    visits: list[Visit], lost_s: float
) -> None:
    found = IMPACT_MEASURES["lost_user_seconds"].figure(Course(samples=visits, until_s=10))
    assert found == pytest.approx(lost_s)


visits = st.lists(
    st.builds(Visit, st.sampled_from("abc"), st.integers(0, 9), st.sampled_from(["served", "broken"])), max_size=20
).map(lambda found: sorted(found, key=lambda visit: visit.due_s))


@given(found=visits, until_s=st.floats(0, 20))
def test_users_never_lose_more_than_all_the_time_that_there_was(found: list[Visit], until_s: float) -> None:
    lost_s = IMPACT_MEASURES["lost_user_seconds"].figure(Course(samples=found, until_s=until_s))
    users = {visit.user for visit in found}
    last_s = max([until_s, *(visit.ended_s for visit in found)])
    assert isinstance(lost_s, float | int)
    assert 0 <= lost_s <= len(users) * last_s + 1e-9


def test_who_left_counts_once_of_all_who_came() -> None:
    gone = [Visit("a", 1, "broken", gave_up=True), Visit("a", 2, "broken", failure="gave up before"), Visit("b", 3)]
    assert IMPACT_MEASURES["abandonment"].figure(Course(samples=gone, until_s=9)) == 0.5
    assert isinstance(IMPACT_MEASURES["abandonment"].figure(Course(samples=[], until_s=9)), Unknown)


def test_amplification_is_connections_for_each_request_in_each_phase() -> None:
    assert amplification_before(LINK) == pytest.approx(25 / 51)
    assert LINK_MEASURES["amplification"].figure(LINK) == pytest.approx(100 / 51)
    assert LINK_MEASURES["amplification_after"].figure(LINK) == pytest.approx(35 / 20)


def test_the_herd_is_the_busiest_moment_afterwards_over_what_was_usual() -> None:
    assert LINK_MEASURES["herd"].figure(LINK) == pytest.approx((20 / 0.25) / 5)


@pytest.mark.parametrize(
    ("measure", "changes", "why"),
    [
        ("amplification", {"blind": True}, "it was down"),
        ("amplification", {"undone_s": None}, "never all undone"),
        ("amplification", {"sent": []}, "users sent nothing"),
        ("amplification", {"counts": []}, "nobody counted"),
        ("amplification", {"counts": [(0, 2), (5, 2), (10, 2), (12, 2)]}, "kept open"),
        ("amplification_after", {"undone_s": None}, "never all undone"),
        ("amplification_after", {"counts": [(0, 2), (5, 27)]}, "nobody counted"),
        ("herd", {"undone_s": None}, "never all undone"),
        ("herd", {"counts": [(0, 2), (5, 2), (10, 2), (12, 2)]}, "kept open"),
        ("herd", {"counts": [(0, 2), (5, 2), (10, 2), (12, 2)], "carried": False}, "carried nothing"),
        ("herd", {"counts": [(0, 2), (5, 27), (10, 40)]}, "nobody counted after the faults"),
    ],
)
def test_what_can_not_be_measured_says_why(measure: str, changes: dict[str, Any], why: str) -> None:
    found = LINK_MEASURES[measure].figure(replace(LINK, **changes))
    assert isinstance(found, Unknown)
    assert why in found.why


def test_a_link_that_was_down_can_still_be_judged_afterwards() -> None:
    assert not isinstance(LINK_MEASURES["amplification_after"].figure(replace(LINK, blind=True)), Unknown)


@pytest.mark.parametrize(
    ("changes", "told", "reported"),
    [
        ({}, AtLeast(30), AtLeast(30)),
        ({"said": [5, 2]}, 2, AtLeast(30)),
        ({"reported": [1, 2]}, AtLeast(30), AtLeast(30)),
        ({"reported": [1, 4, 2, 9]}, AtLeast(30), 4),
        (
            {"said": [2], "said_before": True},
            Unknown("it said that something is wrong before anything was"),
            AtLeast(30),
        ),
    ],
)
def test_trouble_is_noticed_when_it_is_said_or_reported_often_enough(changes: Any, told: Any, reported: Any) -> None:
    course = replace(NoticeCourse(said_before=False, said=[], reported=[], threshold=3, until_s=30), **changes)
    assert [measure.figure(course) for measure in DETECT_MEASURES.values()] == [told, reported]
