"""Claims on probes, and steady state that depends on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Tell = Callable[..., Any]
NOTHING = "nothing"


def told(tell: Tell, bounds: Any, before: Any = 1, during: Any = 1, after: Any = 1) -> Any:
    """What the probe says in the middle of each phase; None: it fails."""
    story = tell(probes={"queue": bounds}, during={}).phase("baseline").runs("10s")
    said(story, before).runs("25s").add_carried().fault_on().runs("20s")
    said(story, during).runs("25s").effect(bytes=1).fault_off().phase("recovery").runs("10s")
    for _ in range(7):
        said(story, after).runs("20s")
    return story.end().verdict()


def said(story: Any, figure: Any) -> Any:
    if figure == NOTHING:
        return story
    return story.probed(figure, None if figure is not None else "connection refused")


@pytest.mark.parametrize(
    ("bounds", "phases", "verdict", "reason"),
    [
        ({"during": "<= 5"}, {}, "passed", ""),
        ({"during": "<= 5"}, {"during": 5}, "passed", ""),
        ({"during": "<= 5"}, {"during": 6}, "failed", "queue during <= 5: it was 6, first at"),
        ({"during": "<= 5"}, {"before": 9, "after": 9}, "passed", ""),
        ({"during": "<= 5"}, {"during": None}, "failed", "queue during <= 5: it failed: connection refused"),
        ({"during": "<= 5"}, {"during": NOTHING}, "inconclusive", "queue during <= 5: it never answered in that time"),
        ({"during": True}, {"during": 0}, "failed", "queue during >= 1: it was 0"),
        ({"during": False}, {"during": 0}, "passed", ""),
        ({"steady_state": "<= 5"}, {}, "passed", ""),
        ({"steady_state": "<= 5"}, {"during": 9}, "passed", ""),
        ({"steady_state": "<= 5"}, {"before": 9}, "inconclusive", "the baseline did not hold before the first fault"),
        ({"steady_state": "<= 5"}, {"before": NOTHING}, "inconclusive", "the baseline did not hold"),
        ({"steady_state": "<= 5"}, {"after": 9}, "failed", "steady state is back within 3s"),
        ({"steady_state": "<= 5"}, {"after": None}, "failed", "steady state is back within 3s"),
        ({"steady_state": "<= 5", "recovery": "<= 10"}, {"after": 9}, "passed", ""),
        ({"recovery": "<= 5"}, {"before": 9, "after": 9}, "failed", "steady state is back within 3s"),
    ],
)
def test_each_answer_must_keep_the_bound_of_its_phase(
    story: Tell, bounds: Any, phases: Any, verdict: str, reason: str
) -> None:
    found = told(story, bounds, **phases)
    assert found.verdict == verdict, found.reasons
    assert "".join(found.reasons[:1]).startswith(reason)


def test_a_baseline_that_was_not_steady_for_a_probe_says_so(story: Tell) -> None:
    found = told(story, {"steady_state": "<= 5"}, before=9)
    assert "in the baseline, queue steady_state <= 5: it was 9, first at 500ms" in found.reasons


def test_a_window_waits_for_the_probe_to_answer(story: Tell) -> None:
    """Users are served at once, but the queue is empty only after half a second."""
    tale = story(probes={"queue": {"recovery": "<= 5"}}, during={}).baseline().fault_on().runs("45s")
    tale.effect(bytes=1).fault_off().phase("recovery").runs("2s").probed(9).runs("8s").probed(3).runs("60s")
    recovered = tale.end().verdict().recovered
    assert recovered is not None
    assert 0.1 <= recovered.at_most_s <= 0.2


def test_how_a_claim_on_a_probe_reads(story: Tell) -> None:
    (claim,) = (each for each in told(story, {"during": "<= 5"}, during=4).claims if each.phase == "probes")
    assert (claim.text, claim.state, claim.measured, claim.samples) == ("queue during <= 5", "held", "4", 1)
