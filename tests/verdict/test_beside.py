"""Beside a control: what both copies suffer is not the fault's doing, what one suffers alone is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chaos.experiment.tolerance import Tolerance, parse_bound
from chaos.journal import events as e
from chaos.measures import MEASURES
from chaos.verdict.beside import MISSED_TOO, decided, judge_beside, pairs_of
from chaos.verdict.busy import Departures
from chaos.verdict.judge import judge

Tell = Callable[..., Any]
SERVED_ONLY = {"steady_state": {"open": {"served": ">= 99%"}}}


def told(tell: Tell, during: dict[str, str], here: str, there: str, **times: float) -> Any:
    """A whole night on both copies; all is well on both before the fault and after it."""
    story = tell(control=True, during={"open": during}, **SERVED_ONLY).phase("baseline").pairs("25s", "25s")
    story.add_carried().fault_on().pairs(here, there, **times).effect(connections=9, bytes=700)
    return story.fault_off().phase("recovery").pairs("45s", "45s").end()


def the_claim(verdict: Any) -> Any:
    return next(claim for claim in verdict.claims if claim.phase == "during")


SLOW_HERE = {"took": 0.4, "beside_took": 0.05}
SLOW_BOTH = {"took": 0.42, "beside_took": 0.4}


@pytest.mark.parametrize(
    ("during", "here", "there", "times", "word", "reason"),
    [
        ({"p90": "<= control + 100ms"}, "80s", "80s", SLOW_BOTH, "passed", ""),
        (
            {"p90": "<= control + 100ms"},
            "80s",
            "80s",
            SLOW_HERE,
            "failed",
            "open p90 <= control + 100ms: p90 was 400ms, the control's 50ms: the difference of +350ms (+350ms to "
            "+350ms) is beyond it; first at 1.35s: it took 400ms",
        ),
        ({"p90": "<= 300ms"}, "80s", "80s", SLOW_HERE, "failed", "p90 was 400ms, claimed was <= 300ms"),
        (
            {"p90": "<= 300ms"},
            "80s",
            "80s",
            SLOW_BOTH,
            "inconclusive",
            f"open p90 <= 300ms: {MISSED_TOO}: p90 was 420ms here and 400ms there",
        ),
        ({"broken": "<= 5%"}, "40s40b", "80s", {}, "failed", "open broken <= 5%: broken was 50%"),
        ({"broken": "<= 5%"}, "40s40b", "70s10b", {}, "inconclusive", f"{MISSED_TOO}: broken was 50% here"),
        ({"broken": "<= 5%"}, "40s40b", "78s2b", {}, "failed", "open broken <= 5%: broken was 50%"),
        ({"served": ">= control - 5%"}, "40s40b", "40s40b", {}, "passed", ""),
        (
            {"served": ">= control - 5%"},
            "40s40b",
            "80s",
            {},
            "failed",
            "the difference of -50.0% (-60.7% to -38.4%) is beyond it; first at 3.35s: 500 ''",
        ),
        (
            {"served": ">= control - 5%"},
            "74s6b",
            "80s",
            {},
            "inconclusive",
            "the difference of -7.5% (-15.4% to -1.4%) over 80 pairs does not decide it",
        ),
    ],
)  # fmt: skip
def test_only_what_the_fault_adds_is_held_against_it(
    story: Tell, during: dict[str, str], here: str, there: str, times: dict[str, float], word: str, reason: str
) -> None:
    verdict = told(story, during, here, there, **times).verdict()
    assert verdict.verdict == word, verdict.reasons
    assert any(reason in each for each in verdict.reasons) or not (reason or verdict.reasons)


def test_without_its_control_the_same_night_fails(story: Tell) -> None:
    """What the control is for, and its twin: the same runs, judged alone."""
    night = told(story, {"p90": "<= 300ms"}, "80s", "80s", **SLOW_BOTH)
    assert night.verdict().verdict == "inconclusive"
    alone = [event for event in night.events if not isinstance(event, e.ControlSample)]
    plan = alone[0].plan
    alone[0] = replace(alone[0], plan=replace(plan, experiment=plan.experiment.model_copy(update={"control": False})))
    assert judge(alone).verdict == "failed"


def test_the_control_is_mixed_with_nothing(story: Tell) -> None:
    verdict = told(story, {"broken": "<= 50%"}, "40s40b", "79s1d").verdict()
    during = [tally for tally in verdict.tallies if tally.phase == "during"]
    beside = [tally for tally in verdict.control if tally.phase == "during"]
    assert [(each.served, each.degraded, each.broken) for each in (*during, *beside)] == [(40, 0, 40), (79, 1, 0)]
    assert {each.outcome for each in verdict.seen} == {"broken"}
    assert the_claim(verdict).samples == 80
    assert the_claim(verdict).control == "0%"
    assert verdict.warnings == ()


def test_a_machine_that_is_late_to_send_leaves_only_what_one_copy_missed_undecided(story: Tell) -> None:
    both = told(story, {"p90": "<= control + 100ms"}, "80s", "80s", took=0.5, beside_took=0.48, late=0.3).verdict()
    assert both.verdict == "passed"
    alone = told(story, {"p90": "<= 400ms"}, "80s", "80s", took=0.5, beside_took=0.48, late=0.3).verdict()
    assert (alone.verdict, alone.busy) == ("inconclusive", True)


@pytest.mark.parametrize(("beside", "word"), [("25s", "passed"), ("15s10b", "inconclusive")])
def test_the_baseline_must_hold_on_both_copies(story: Tell, beside: str, word: str) -> None:
    night = story(control=True, during={"open": {"broken": "<= 5%"}}, **SERVED_ONLY).phase("baseline")
    night.pairs("25s", beside).add_carried().fault_on().pairs("40s", "40s").effect(connections=9, bytes=700)
    verdict = night.fault_off().phase("recovery").pairs("45s", "45s").end().verdict()
    assert verdict.verdict == word
    expected = ["the baseline of the control did not hold before the first fault"] if word != "passed" else []
    assert [*verdict.reasons[:1]] == expected


@pytest.mark.parametrize(("there", "state"), [("40s", "refuted"), ("30s10b", "undecided")])
def test_a_claim_on_the_time_of_one_fault_is_held_beside_the_control_too(story: Tell, there: str, state: str) -> None:
    own = {"link": "db", "hang": {}, "for": "2s", "during": {"open": {"broken": "0%"}}}
    night = story(control=True, during={}, faults=[own], **SERVED_ONLY).phase("baseline").pairs("25s", "25s")
    night.add_carried().fault_on().pairs("30s10b", there).effect(connections=9, bytes=700).fault_off()
    claim = the_claim(night.phase("recovery").pairs("45s", "45s").end().verdict())
    assert (claim.state, claim.text) == (state, "open broken <= 0% while 'hang on db' is on")


def sample(due_s: float, outcome: Any = "served", took_s: float = 0.01) -> e.Sample:
    return e.Sample(
        journey="open", user="u", due_s=due_s, left_s=due_s, ended_s=due_s + took_s, took_s=took_s, outcome=outcome
    )


def difference(measure: str, text: str) -> Tolerance:
    return Tolerance("open", measure, parse_bound(MEASURES[measure], text))


def test_only_runs_that_were_due_at_the_same_moment_are_pairs() -> None:
    ours, theirs = [sample(1.0), sample(2.0), sample(3.0)], [sample(0.5), sample(1.0), sample(3.0), sample(4.0)]
    assert [(one.due_s, other.due_s) for one, other in pairs_of(ours, theirs)] == [(1.0, 1.0), (3.0, 3.0)]


def test_without_pairs_nothing_is_decided() -> None:
    tolerance = difference("p50", "<= control + 1ms")
    claim = judge_beside(tolerance, [sample(1.0)], [], needed=20, users=Departures.ON_TIME, answers={})
    assert (claim.state, claim.why, claim.samples, claim.measured) == ("undecided", "0 pairs of 20", 0, "")


@pytest.mark.parametrize(
    ("tolerance", "pairs", "took_s", "enough"),
    [
        (difference("p50", "<= control + 100ms"), 19, 0.02, False),
        (difference("p50", "<= control + 100ms"), 20, 0.02, True),
        (difference("p50", "<= control + 100ms"), 20, 0.5, True),
        (difference("p95", "<= control + 100ms"), 20, 0.5, False),  # it can't be shown by so few
        (difference("served", ">= control - 5%"), 20, 0.02, True),
        (Tolerance("open", "p50", parse_bound(MEASURES["p50"], "<= 100ms")), 20, 0.02, True),
        (Tolerance("open", "p50", parse_bound(MEASURES["p50"], "<= 100ms")), 19, 0.02, False),
    ],
)
def test_the_fault_goes_on_until_pairs_decide(tolerance: Tolerance, pairs: int, took_s: float, enough: bool) -> None:
    ours, theirs = [sample(n, took_s=took_s) for n in range(pairs)], [sample(n) for n in range(pairs)]
    assert decided(tolerance, ours, theirs, needed=20) == enough
