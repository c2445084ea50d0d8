"""How soon trouble is noticed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from chaos.journal import events as e

Tell = Callable[..., Any]


def night(tell: Tell, detect: Any, *, during: str = "45b", reports: Any = None, notice_at: float | None = None) -> Any:
    """All are let down while the fault is on; the app may say so from some moment on."""
    story = tell(during={}, detect=detect)
    if reports is not None:
        start = story.events[0]
        data = start.plan.system.model_dump(mode="json", by_alias=True, exclude_none=True)
        system = type(start.plan.system).model_validate_json(json.dumps({**data, "detect": {"reports": reports}}))
        story.events[0] = dataclasses.replace(start, plan=dataclasses.replace(start.plan, system=system))
    story.baseline().fault_on()
    began = story.now
    for _ in range(int(during[:-1])):
        story.runs(f"1{during[-1]}", notice=notice_at is not None and story.now - began >= notice_at - 1e-9)
    return story.effect(bytes=1).fault_off().recovery()


@pytest.mark.parametrize(
    ("detect", "notice_at", "verdict", "reason"),
    [
        ({"told": "<= 1s"}, 0.5, "passed", ""),
        ({"told": "<= 1s"}, 2.0, "failed", "app told <= 1s: told was 2.01s"),
        ({"told": "<= 1s"}, None, "failed", "app told <= 1s: told was more than 4."),
        ({"told": "<= 60s"}, None, "inconclusive", "app told <= 60s: it was watched for 4."),
        ({"reported": ">= 1s"}, None, "passed", ""),
        ({"reported": ">= 60s"}, None, "inconclusive", "app reported >= 60s: it was watched for 4."),
    ],
)
def test_a_claim_on_being_told(story: Tell, detect: Any, notice_at: Any, verdict: str, reason: str) -> None:
    found = night(story, detect, during="45d", notice_at=notice_at, reports={"share": "1%", "threshold": 99}).end()
    found = found.verdict()
    assert found.verdict == verdict, found.reasons
    assert "".join(found.reasons[:1]).startswith(reason)


@pytest.mark.parametrize(("outcome", "reported"), [("b", 0.46), ("d", 0.46), ("s", None)])
def test_everybody_who_was_let_down_may_report_it(story: Tell, outcome: str, reported: Any) -> None:
    """With a share of all, the tenth report comes with the tenth visit."""
    reports = {"share": "100%", "threshold": 10}
    found = night(story, {"reported": ">= 1ms"}, during=f"45{outcome}", reports=reports).end().verdict().detected
    assert found.reported_s == (reported if reported is None else pytest.approx(reported))


def test_some_report_it_and_the_same_journal_has_the_same_reports(story: Tell) -> None:
    tale = night(story, {"reported": ">= 1ms"}, reports={"share": "30%", "threshold": 5}).end()
    first, again = tale.verdict().detected, tale.verdict().detected
    assert first == again
    assert first.reported_s > 0.21 + 0.05  # not the first five in a row


def test_nobody_reports_twice(story: Tell) -> None:
    tale = story(during={}, detect={"reported": ">= 1s"}).baseline().fault_on().runs("45b", user="u")
    assert tale.effect(bytes=1).fault_off().recovery().end().verdict().detected.reported_s is None


@pytest.mark.parametrize(
    ("before", "during", "told"), [(1, 0, 0.1), (1, 1, None), (0, 0, None)], ids=["said", "unsaid", "always"]
)
def test_the_status_page_tells_as_well(story: Tell, before: float, during: float, told: float | None) -> None:
    tale = story(during={}).phase("baseline").probed(before, probe=e.STATUS_PAGE).runs("25s").add_carried().fault_on()
    tale.runs("2b").probed(during, probe=e.STATUS_PAGE).runs("43s").effect(bytes=1).fault_off().recovery()
    found = tale.end().verdict().detected.told_s
    assert found == (told if told is None else pytest.approx(told))


def test_a_status_page_that_does_not_answer_tells_nobody(story: Tell) -> None:
    tale = story(during={}).baseline().fault_on().runs("2b").probed(None, "no answer", probe=e.STATUS_PAGE).runs("43s")
    assert tale.effect(bytes=1).fault_off().recovery().end().verdict().detected.told_s is None


def test_a_notice_that_is_always_there_tells_nothing(story: Tell) -> None:
    tale = story(during={}).baseline(notice=True).fault_on().runs("45b", notice=True).effect(bytes=1).fault_off()
    assert tale.recovery().end().verdict().detected.told_s is None


def test_with_muted_faults_there_is_nothing_to_notice(story: Tell) -> None:
    tale = night(story, {"told": "<= 1s"}, during="45s").end()
    start = tale.events[0]
    tale.events[0] = dataclasses.replace(start, plan=dataclasses.replace(start.plan, muted=True))
    (claim,) = (each for each in tale.verdict().claims if each.phase == "detect")
    assert claim.state == "undecided"
