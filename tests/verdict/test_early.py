"""Foretelling `failed`: only when nothing that may still happen could change it, and by the judge's own rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from chaos.journal import events as e
from chaos.verdict.early import fails_already, lost_for_good
from chaos.verdict.judge import judge
from chaos.verdict.timeline import read_timeline

Tell = Callable[..., Any]
SERVED = {"during": {"open": {"served": ">= 90%"}}}
SLOW = {"during": {"open": {"p95": "<= 400ms"}}}
AUDIT = {"audit": {"items": {"lost": 0, "duplicated": 0}}}
TWO = {
    "faults": [
        {"link": "db", "hang": {}, "for": "1s"},
        {"link": "edge", "hang": {}, "at": "1s", "for": "1s"},
    ]
}

# The fault lasts 2 s at 20 runs a second: with the time for in and out, 61 runs can be due at most.
LOST: dict[str, tuple[dict[str, Any], Callable[[Any], Any], bool]] = {
    "nobody came yet; what was broken before does not count": ({}, lambda story: story, False),
    "broken, and others may be served": ({}, lambda story: story.runs("3b"), False),
    "more are broken than all the others could outweigh": ({}, lambda story: story.runs("4b"), True),
    "0 % is lost with the first": ({"during": {"open": {"broken": "0%"}}}, lambda story: story.runs("5s 1b"), True),
    "degraded, and still enough may be served": (SERVED, lambda story: story.runs("6d"), False),
    "degraded, and too many": (SERVED, lambda story: story.runs("7d"), True),
    "slow, and others may be fast": (SLOW, lambda story: story.runs("3s", took=0.5), False),
    "too many are slow": (SLOW, lambda story: story.runs("4s", took=0.5), True),
}


@pytest.mark.parametrize("case", LOST)
def test_a_claim_is_lost_when_nobody_who_may_still_come_can_save_it(story: Tell, case: str) -> None:
    experiment, told, lost = LOST[case]
    made = told(story(**experiment).baseline("25s 5b").fault_on())
    assert is_lost(made) is lost


def is_lost(story: Any) -> bool:
    samples = [event for event in story.events if isinstance(event, e.Sample)]
    return lost_for_good(story.plan, story.events, {"open": samples, "save": []})


def test_a_claim_for_the_time_of_one_fault_is_lost_by_those_who_come_while_it_is_on(story: Tell) -> None:
    """That fault lasts 1 s, so 41 runs at most can be due of its own; three of these may be broken."""
    own = {"open": {"broken": "<= 5%"}}
    faults = [TWO["faults"][0], {**TWO["faults"][1], "during": own}]
    made = story(faults=faults, during={}).baseline().fault_on("hang on db").runs("20b")
    assert not is_lost(made), "while the other one is on, nothing is claimed"
    made.fault_off("hang on db").fault_on("hang on edge").runs("2b")
    assert not is_lost(made), "and others may be served"
    made.runs("1b")
    assert is_lost(made)
    made.fault_off("hang on edge")
    assert is_lost(made)
    spared = story(faults=faults, during={}).baseline().fault_on("hang on edge").runs("10s").fault_off("hang on edge")
    assert not is_lost(spared.runs("40b")), "it is over"


def test_a_fault_that_comes_again_is_judged_over_all_its_times(story: Tell) -> None:
    own = {"open": {"broken": "<= 5%"}}
    faults = [{"link": "db", "hang": {}, "for": "1s", "every": "3s", "times": 2, "during": own}]
    made = story(faults=faults, during={}).baseline().fault_on().runs("3b").fault_off().runs("9b")
    assert not is_lost(made), "the second time may still be better"
    assert not is_lost(made.fault_on().runs("1b"))
    assert is_lost(made.runs("1b"))


def test_a_claim_for_the_time_of_one_fault_can_foretell_the_verdict(story: Tell) -> None:
    faults = [{"link": "db", "hang": {}, "for": "2s", "during": {"open": {"broken": "0%"}}}]
    made = story(faults=faults, during={}).baseline().fault_on().runs("30s 1b")
    assert is_lost(made)
    assert foretold(made, effect(made.fault, made.now))


def effect(fault: str, now_s: float, **counted: int) -> e.FaultTookEffect:
    return e.FaultTookEffect(
        at_s=now_s, fault=fault, **{"connections": 3, "requests": 0, "bytes": 0, "closes": 0, **counted}
    )


def foretold(story: Any, *effects: e.FaultTookEffect) -> bool:
    return fails_already(story.events, effects, now_s=story.now, finished_s=story.now)


def test_a_refuted_claim_under_a_proven_fault_can_only_end_as_failed(story: Tell) -> None:
    made = story().baseline().fault_on().runs("30b")
    assert foretold(made, effect(made.fault, made.now))
    assert not foretold(made), "an effect that was never read is no proof"
    assert not foretold(made, effect(made.fault, made.now, connections=0))
    assert not foretold(story().baseline().fault_on().runs("30s"), effect(made.fault, made.now))


def test_a_fault_that_is_still_to_come_is_unproven(story: Tell) -> None:
    made = story(**TWO).baseline().fault_on("hang on db").runs("30b")
    assert not foretold(made, effect("hang on db", made.now))
    made.effect("hang on db", connections=3).fault_off("hang on db").fault_on("hang on edge").runs("2b")
    assert foretold(made, effect("hang on edge", made.now))


def test_a_machine_that_is_too_busy_foretells_nothing_of_latency(story: Tell) -> None:
    slow = story(**SLOW).baseline().fault_on().runs("30s", took=0.9, late=0.8)
    assert not foretold(slow, effect(slow.fault, slow.now))
    on_time = story(**SLOW).baseline().fault_on().runs("30s", took=0.9)
    assert foretold(on_time, effect(on_time.fault, on_time.now))


def test_recovery_that_comes_too_late_is_foretold_only_when_it_is_too_late(story: Tell) -> None:
    made = story().night(after="40b")
    assert not foretold(made), "after 2 of 3 seconds"
    made.runs("60b")
    assert foretold(made)
    assert not foretold(story().night(after="20b 60s"))


def test_a_surge_that_nobody_was_answered_in_yet_is_proven_by_those_who_were(story: Tell) -> None:
    surge = {"faults": [{"journey": "open", "surge": {"times": 5}, "for": "3s"}]}
    made = story(**surge).baseline().fault_on("surge on open").runs("100b", every=0.01)
    answered = made.now
    made.wait(1.0)  # whoever came since is still waiting
    effects = (effect("surge on open", made.now, connections=0),)
    assert fails_already(made.events, effects, now_s=made.now, finished_s=answered)
    assert not fails_already(made.events, effects, now_s=made.now, finished_s=made.now), "too few came by now"


def test_a_muted_plan_never_fails(story: Tell) -> None:
    made = story().baseline().fault_on().runs("30b")
    made.events[0] = dataclasses.replace(made.events[0], plan=dataclasses.replace(made.plan, muted=True))
    assert not foretold(made, effect(made.fault, made.now))


def test_a_run_that_was_cut_short_fails_for_the_same_reason_as_one_that_went_on(story: Tell) -> None:
    def until_refuted() -> Any:
        return story(**AUDIT).baseline().fault_on().runs("30b")

    short = until_refuted().effect(connections=3).fault_off()
    short.add(e.CutShort(at_s=short.now)).wait(5.0).end()
    whole = until_refuted().runs("15b").effect(connections=3).fault_off().recovery().audit().end()
    first, second = judge(short.events), judge(whole.events)
    assert (first.verdict, second.verdict) == ("failed", "failed")
    assert first.reasons == second.reasons[:1]
    assert any("stopped as soon as a claim was refuted" in warning for warning in first.warnings)
    assert not any("stopped" in warning for warning in second.warnings)
    assert {claim.state for claim in first.claims[1:]} == {"undecided"}


def test_of_a_claim_on_the_difference_nothing_is_foretold(story: Tell) -> None:
    during = {"open": {"broken": "<= control + 5%"}}
    made = story(control=True, during=during).baseline().fault_on().runs("60b")
    assert not lost_for_good(made.plan, made.events, samples_of(made))
    absolute = story(control=True, during={"open": {"broken": "<= 5%"}}).baseline().fault_on().runs("60b")
    assert lost_for_good(absolute.plan, absolute.events, samples_of(absolute))


def samples_of(made: Any) -> Any:
    return read_timeline([*made.events]).samples
