"""When a safeguard is reached: by runs that ended lately, or by what a probe answers, over all of its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chaos.journal import events as e
from chaos.verdict.safeguards import Seen, tripped

BROKEN = {"journey": "open", "broken": "> 90%", "over": "2s"}
SLOW = {"journey": "open", "p95": "> 500ms", "over": "2s"}
LONG = {"probe": "queue", "figure": "> 10", "over": "2s"}
SERVED = {"journey": "open", "served": "< 10%", "over": "2s"}

Tell = Callable[..., Any]


def reached(story: Any, *, now: float | None = None) -> e.SafeguardTripped | None:
    samples = [event for event in story.events if isinstance(event, e.Sample)]
    readings = [event for event in story.events if isinstance(event, e.ProbeTaken)]
    (safeguard,) = story.plan.safeguards
    seen = Seen({"open": samples}, readings, since_s=0.0, now_s=story.now if now is None else now)
    return tripped(safeguard, story.plan, seen)


@pytest.mark.parametrize(
    ("safeguard", "told", "expected"),
    [
        (BROKEN, "40b", True),
        (BROKEN, "4s 36b", False),  # 90 % is not more than 90 %
        (BROKEN, "3s 37b", True),
        (BROKEN, "38b", False),  # it has not gone on for two seconds
        (BROKEN, "40b 40s", False),  # that was before
        (BROKEN, "40s 40b", True),
        (SERVED, "40d", True),
        (SERVED, "36d 4s", False),
    ],
)
def test_a_safeguard_is_reached_by_the_runs_of_its_last_stretch(
    story: Tell, safeguard: dict[str, str], told: str, expected: bool
) -> None:
    found = reached(story(safeguards=[safeguard]).runs(told))
    assert (found is not None) == expected


def test_what_was_reached_is_told_with_its_figure(story: Tell) -> None:
    found = reached(story(safeguards=[SLOW]).runs("45s", took=0.6).wait(0.5))
    assert found is not None
    assert (found.safeguard, found.measured) == ("open p95 > 500ms over 2s", "600ms")


def test_runs_count_when_they_end_however_early_they_were_due(story: Tell) -> None:
    """A total hang is seen when its users give up, not when they would have come."""
    made = story(safeguards=[BROKEN]).runs("20s").runs("30b", took=1.0, status=None)
    assert reached(made, now=2.45) is None
    assert reached(made, now=3.4) is not None


def test_too_few_runs_reach_nothing(story: Tell) -> None:
    made = story(safeguards=[BROKEN]).wait(3).runs("19b")
    assert reached(made) is None
    assert reached(made.runs("1b")) is not None


def test_the_safeguards_of_the_system_count_in_every_experiment(story: Tell) -> None:
    plan = story(safeguards=[BROKEN]).plan
    system = plan.system.model_copy(update={"safeguards": plan.experiment.safeguards})
    both = plan.__class__(**{**{name: getattr(plan, name) for name in plan.__slots__}, "system": system})
    assert [str(each) for each in both.safeguards] == ["open broken > 90% over 2s"] * 2


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([11, 12, 13], "13 3"),
        ([5, 11, 12, 13], "13 3"),
        ([5, 11, 12], None),  # it has been there for one second only
        ([11, 12], None),
        ([11, 5, 12, 13], None),  # it was well in between
        ([11, 12, 10], None),  # 10 is not more than 10
        ([11, None, 12], "12 3"),  # one that fails is not known to be well
        ([None, None, None], "it failed: connection refused 3"),
        ([5, None, None], None),
        ([], None),  # within its deadline it answers or fails
    ],
)
def test_a_safeguard_is_reached_by_a_probe_that_answers_alike_for_all_of_its_time(
    story: Tell, answers: list[float | None], expected: str | None
) -> None:
    made = story(safeguards=[LONG])
    for figure in answers:
        made.probed(2000, probe="other").probed(figure, None if figure is not None else "connection refused").wait(1)
    found = reached(made, now=made.now - 1)
    assert (found and f"{found.measured} {found.samples}") == expected


def test_what_a_probe_has_answered_stands_until_it_answers_again(story: Tell) -> None:
    """One that is asked less often than its safeguard is long is not well in between."""
    made = story(safeguards=[LONG]).probed(11)
    assert reached(made, now=1.9) is None
    found = reached(made, now=2.0)
    assert found is not None
    assert (found.safeguard, found.measured, found.samples) == ("queue figure > 10 over 2s", "11", 1)


@pytest.mark.parametrize(("limit", "answer", "expected"), [(False, 0, True), (False, 1, False), (True, 1, True)])
def test_a_truth_is_reached_as_it_is_written(story: Tell, limit: bool, answer: int, expected: bool) -> None:
    made = story(safeguards=[{**LONG, "figure": limit}]).probed(answer).wait(2)
    assert (reached(made) is not None) == expected


def test_probes_that_only_a_safeguard_watches_are_asked_too(story: Tell) -> None:
    plan = story(safeguards=[LONG], probes={}).plan
    assert plan.asked == ("queue",)
    assert story(safeguards=[BROKEN]).plan.asked == ()
    assert story(safeguards=[LONG, LONG], probes={"queue": {"during": 5}}).plan.asked == ("queue",)
