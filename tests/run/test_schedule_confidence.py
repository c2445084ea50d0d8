"""How long faults last: as written, and longer for claims that must be shown with confidence."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from chaos.experiment.experiment import Experiment
from chaos.journal import events as e
from chaos.run.schedule import Schedule

SURE = {"bound": ">= 90%", "confidence": "95%"}
NEEDED = 35
"""Served of as many, by Wilson."""


def muted(plan: Any, served: Any, lasts: Any, within: str = "60s") -> Any:
    """Nothing is injected, and the schedule is the same."""
    made = plan(faults=[{"link": "edge", "hang": {}, **each} for each in lasts])
    written = json.loads(made.experiment.model_dump_json(by_alias=True, exclude_none=True))
    written |= {"during": {"save": {"served": served}}, "confidence_within": within, "samples": 1}
    return replace(made, experiment=Experiment.model_validate_json(json.dumps(written)), muted=True)


async def run_with_users(kept: Any, plan: Any, outcomes: str) -> tuple[list[Any], float]:
    """Users come as fast as the loop turns, and get these outcomes in turns; returns the events and when it ended."""
    recorder = kept.recorder
    scene: Any = SimpleNamespace(
        plan=plan,
        recorder=recorder,
        now=recorder.clock.now,
        stop_when_refuted=False,
        undoer=SimpleNamespace(perform=nothing),
    )
    running = asyncio.create_task(Schedule(scene).run())
    number = 0
    while not running.done():
        recorder.add(_sample(recorder.clock.now(), outcomes[number % len(outcomes)]))
        number += 1
        await asyncio.sleep(0.002)
    await running
    return kept.events(), recorder.clock.now()


def _sample(now: float, letter: str) -> e.Sample:
    outcome: Any = {"s": "served", "b": "broken"}[letter]
    return e.Sample(journey="save", user="u", due_s=now, left_s=now, ended_s=now, took_s=0.0, outcome=outcome)


async def nothing(*_: Any) -> None:
    return None


def while_on(events: list[Any]) -> int:
    """Samples between the first injection and the last undo."""
    first = min(event.at_s for event in events if isinstance(event, e.FaultInjected))
    last = max(event.issued_s for event in events if isinstance(event, e.FaultUndone))
    return sum(isinstance(event, e.Sample) and first <= event.due_s <= last for event in events)


def test_a_fault_goes_on_until_the_claim_is_shown_with_confidence(run: Any, plan: Any, kept: Any) -> None:
    events, _ = run(run_with_users(kept, muted(plan, SURE, [{"for": "1ms"}]), "s"))
    assert while_on(events) >= NEEDED


def test_without_a_confidence_it_ends_when_it_was_to(run: Any, plan: Any, kept: Any) -> None:
    events, _ = run(run_with_users(kept, muted(plan, ">= 90%", [{"for": "1ms"}]), "s"))
    assert while_on(events) < NEEDED


def test_it_does_not_wait_for_ever(run: Any, plan: Any, kept: Any) -> None:
    """Nine of ten can't be told from 90 % by any number of samples that there is time for."""
    events, ended = run(run_with_users(kept, muted(plan, SURE, [{"for": "1ms"}], within="200ms"), "sssssssssb"))
    (undone,) = (event for event in events if isinstance(event, e.FaultUndone))
    assert 0.2 <= undone.issued_s <= ended


def test_only_the_fault_that_ends_last_is_prolonged(run: Any, plan: Any, kept: Any) -> None:
    plan_of_two = muted(plan, SURE, [{"for": "1ms"}, {"for": "20ms"}])
    events, _ = run(run_with_users(kept, plan_of_two, "s"))
    short, long = (event.issued_s for event in events if isinstance(event, e.FaultUndone))
    assert short < long
    assert sum(isinstance(event, e.Sample) and event.due_s < short for event in events) < NEEDED <= while_on(events)


@pytest.mark.parametrize(("served", "fewest"), [(SURE, NEEDED), (">= 90%", 1)])
@pytest.mark.parametrize("own", [True, False])
def test_a_fault_without_an_end_of_its_own_waits_for_all_claims(
    run: Any, plan: Any, kept: Any, own: bool, served: Any, fewest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the phase, and those of its own."""
    monkeypatch.setattr("chaos.run.schedule.SHORTEST_FAULT_S", 0.01)
    claims = {"during": {"save": {"served": served}}}
    waits = muted(plan, ">= 90%", [claims]) if own else muted(plan, served, [{}])
    events, _ = run(run_with_users(kept, waits, "s"))
    assert while_on(events) >= fewest
