from __future__ import annotations

import pytest

from chaos.rules import NotChecked
from chaos.rules.notice import notice_lifecycle, shows_notice
from chaos.rules.reading import Reading
from chaos.rules.story import Coming, Outcome, Story, StoryFinding


@pytest.mark.parametrize(
    ("main", "shown"),
    [
        ("<p role=status>Clips may be late.</p>", True),
        ("<div role=alert><h1>Not now</h1></div>", True),
        ("<output>3 clips wait</output>", True),
        ("<div aria-live=polite>Clips may be late.</div>", True),
        ("<div role=status></div>", False),
        ("<div role=status> – </div>", False),
        ("<div role=status hidden>Clips may be late.</div>", False),
        ("<p>Clips may be late.</p>", False),
    ],
)
def test_a_notice_on_a_page_is_a_live_region_with_words(html, main, shown) -> None:
    assert shows_notice(Reading(html(main, status=200))) is shown


@pytest.mark.parametrize(
    ("value", "media_type", "shown"),
    [
        ({"notices": ["late"]}, "application/json", True),
        ({"notice": "late"}, "application/json", True),
        ({"notices": [], "notice": ""}, "application/json", False),
        ({"title": "late"}, "application/json", False),
        ({"title": "Not now"}, "application/problem+json", True),
        ({}, "application/problem+json", False),
        (["late"], "application/json", False),
    ],
)
def test_a_notice_in_json_has_a_name(problem, value, media_type, shown) -> None:
    assert shows_notice(Reading(problem(value, media_type=media_type))) is shown


def at(
    at_s: float, outcome: Outcome = "served", *, notice: bool = False, user: str = "anna", journey: str = "open"
) -> Coming:
    return Coming(journey=journey, user=user, at_s=at_s, ended_s=at_s + 0.1, outcome=outcome, notice=notice)


def told(*comings: Coming, undone_s: float | None = 20.0, injected_s: float | None = 10.0) -> list[StoryFinding] | str:
    story = Story(comings=comings, injected_s=injected_s, undo_issued_s=undone_s, undone_s=undone_s, ended_s=60.0)
    said = notice_lifecycle(story)
    return said.why if isinstance(said, NotChecked) else list(said)


def reason(said: list[StoryFinding] | str) -> str:
    assert not isinstance(said, str)
    (finding,) = said
    return finding.reason


@pytest.mark.parametrize(
    "comings",
    [
        [],
        [at(5), at(12), at(18), at(40)],
        [at(12, "broken"), at(40)],
        [at(5, "degraded"), at(12), at(40)],
        [at(40, notice=True)],
    ],
)
def test_where_nothing_was_degraded_no_notice_was_due(comings) -> None:
    assert "nothing was degraded" in told(*comings)


def test_an_answer_with_an_unusual_status_met_the_fault() -> None:
    def upload(at_s: float, status: int) -> Coming:
        return Coming(journey="up", user="anna", at_s=at_s, ended_s=at_s, outcome="served", status=status)

    assert "no notice within" in reason(told(upload(5, 201), upload(11, 202), at(17)))
    assert told(upload(5, 201), upload(11, 202), at(12, notice=True)) == []
    assert "nothing was degraded" in told(upload(5, 201), upload(6, 202), upload(11, 202), at(17))
    assert "nothing was degraded" in told(upload(11, 202), at(17))


def test_who_got_a_degraded_answer_meets_a_notice() -> None:
    assert told(at(11, "degraded", notice=True)) == []
    assert told(at(11, "degraded"), at(13, notice=True)) == []
    assert told(at(11, "degraded"), at(19, notice=True)) == []
    assert "met the fault and no notice within 5 s" in reason(told(at(11, "degraded"), at(17)))
    assert "no notice within" in reason(told(at(11, "degraded"), at(17, "broken")))


def test_another_journey_of_the_same_user_may_tell_it() -> None:
    assert told(at(11, "degraded", journey="upload"), at(17, notice=True)) == []
    assert "a user met the fault" in reason(told(at(11, "degraded", user="bo"), at(17, user="bo"), at(17, notice=True)))


def test_what_was_shown_before_the_degraded_answer_tells_nothing_of_it() -> None:
    assert "no notice within" in reason(told(at(11, notice=True), at(12, "degraded"), at(18)))


def test_a_fault_that_is_over_too_soon_proves_nothing() -> None:
    assert "ended before" in told(at(11, "degraded"), at(15))


def test_the_first_user_is_named_and_the_others_are_counted() -> None:
    said = told(
        *(at(11 + n, "degraded", user=f"user {n}") for n in range(3)), *(at(18, user=f"user {n}") for n in (0, 1, 2))
    )
    assert not isinstance(said, str)
    assert (said[0].user, said[0].at_s, said[0].count) == ("user 0", 11, 2)
    assert said[0].reason.startswith("2 users met the fault")


def test_the_notice_goes_after_recovery() -> None:
    shown = at(11, "degraded", notice=True)
    assert told(shown, at(24, notice=True), at(26)) == []
    assert "6 s after recovery, 5 s are allowed" in reason(told(shown, at(26, notice=True)))
    assert "2 users still meet" in reason(told(shown, at(26, notice=True), at(27, notice=True, user="bo")))


def test_recovery_is_when_the_last_answer_was_not_served() -> None:
    shown, late = at(11, "degraded", notice=True), at(30, "degraded", notice=True)
    assert told(shown, at(26, notice=True), late, at(36)) == []
    assert "6.9 s after recovery" in reason(told(shown, late, at(37, notice=True)))
    assert told(shown, at(40, "broken")) == []


def test_a_journey_that_always_has_a_notice_proves_nothing() -> None:
    status = [at(second, notice=True, journey="status") for second in (5, 15, 40)]
    assert "nothing was degraded" in told(*status)
    assert told(*status, at(11, "degraded", notice=True), at(40)) == []
    assert "no notice within" in reason(told(*status, at(11, "degraded"), at(17)))


def test_without_an_injection_or_an_undo_less_can_be_said() -> None:
    assert told(at(11, "degraded"), injected_s=None) == "nothing was injected"
    assert "no notice within" in reason(told(at(11, "degraded"), at(17), at(40, notice=False), undone_s=None))


@pytest.mark.parametrize(("hiccups", "judged"), [(0, True), (1, True), (5, False)])
def test_what_few_had_before_the_fault_is_not_what_is_usual(hiccups: int, judged: bool) -> None:
    """An app that was slow for a moment in the baseline is judged all the same."""

    def posted(at_s: float, status: int, *, notice: bool = False) -> Coming:
        return Coming(
            journey="post", user="anna", at_s=at_s, ended_s=at_s, outcome="served", status=status, notice=notice
        )

    before = [posted(1 + n / 10, 202 if n < hiccups else 201, notice=n < hiccups) for n in range(20)]
    said = told(*before, posted(11, 202), posted(17, 202), posted(40, 201))
    assert (not isinstance(said, str)) is judged
