"""When a safeguard is reached: by runs that ended lately, enough of them, over all of its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chaos.journal import events as e
from chaos.verdict.safeguards import tripped

BROKEN = {"journey": "open", "broken": "> 90%", "over": "2s"}
SLOW = {"journey": "open", "p95": "> 500ms", "over": "2s"}
SERVED = {"journey": "open", "served": "< 10%", "over": "2s"}

Tell = Callable[..., Any]


def reached(story: Any, *, now: float | None = None) -> e.SafeguardTripped | None:
    samples = [event for event in story.events if isinstance(event, e.Sample)]
    (safeguard,) = story.plan.safeguards
    return tripped(safeguard, story.plan, samples, since_s=0.0, now_s=story.now if now is None else now)


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
