"""Playing one run of a journey: its steps in order, the first answer that is not what it should be ends it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import jmespath

from chaos.experiment.request import Acknowledge, Step
from chaos.experiment.system import Journey
from chaos.journeys.answer import Answer
from chaos.journeys.expectation import unmet
from chaos.journeys.user import NoAnswer
from chaos.rules import judge_answer, outcome_of
from chaos.rules.rule import Finding, Situation
from chaos.rules.story import Outcome

Address = Callable[[str], str]
"""A target (`edge:/feed`) to its URL."""
PREPARED_WITHIN_S: Final = 10.0
"""For each step of `before`, which no journey's timeout covers."""


class Sends(Protocol):
    async def send(self, step: Step, url: str) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Played:
    """What became of one run. `answer` is the one that decided, None when none came; `expected` what did not hold."""

    outcome: Outcome
    step: int
    answer: Answer | None = None
    failure: str | None = None
    findings: tuple[Finding, ...] = ()
    expected: str = ""
    acknowledged: str | None = None


async def play(journey: Journey, user: Sends, address: Address) -> Played:
    """Never raises for what the app did. No complete answer within the journey's timeout is broken."""
    progress = _Progress()
    try:
        async with asyncio.timeout(journey.timeout):
            return await _play_steps(journey.steps, user, address, progress)
    except TimeoutError:
        failure = f"no complete answer within {journey.timeout:g}s"
        return Played("broken", progress.step, failure=failure, acknowledged=progress.acknowledged)
    except NoAnswer as error:
        return Played("broken", progress.step, failure=str(error), acknowledged=progress.acknowledged)


@dataclass(slots=True)
class _Progress:
    step: int = 0
    acknowledged: str | None = None


async def _play_steps(steps: tuple[Step, ...], user: Sends, address: Address, progress: _Progress) -> Played:
    played = Played("served", 0)
    for progress.step, step in enumerate(steps):
        answer = await user.send(step, address(step.target))
        played = _judge(step, answer, progress)
        if played.outcome != "served":
            break
    return played


def _judge(step: Step, answer: Answer, progress: _Progress) -> Played:
    missing = unmet(step.expect, answer)
    if missing is None and step.acknowledge is not None:
        kept = acknowledged_id(step.acknowledge, answer)
        if kept is not None:
            progress.acknowledged = kept
        else:
            missing = f"the answer should name what it keeps at {step.acknowledge.query!r}"
    findings = judge_answer(answer, Situation(served=missing is None))
    outcome = outcome_of(missing is None, answer, findings)
    return Played(
        outcome=outcome,
        step=progress.step,
        answer=answer,
        findings=findings,
        expected=missing or "",
        acknowledged=progress.acknowledged,
    )


def acknowledged_id(acknowledge: Acknowledge, answer: Answer) -> str | None:
    """The id in a JSON answer; None when it is no JSON or holds none (or an empty one) there."""
    try:
        found = jmespath.search(acknowledge.query, json.loads(answer.body))
    except (ValueError, RecursionError):
        return None
    return str(found) or None if isinstance(found, (str, int)) and not isinstance(found, bool) else None


async def prepare(steps: tuple[Step, ...], user: Sends, address: Address) -> str | None:
    """What a user does once before anything is broken. Returns why it did not work, or None."""
    for step in steps:
        try:
            async with asyncio.timeout(PREPARED_WITHIN_S):
                answer = await user.send(step, address(step.target))
        except TimeoutError:
            return f"{step.method} {step.target}: no complete answer within {PREPARED_WITHIN_S:g}s"
        except NoAnswer as error:
            return f"{step.method} {step.target}: {error}"
        missing = unmet(step.expect, answer)
        if missing is not None:
            return f"{step.method} {step.target}: {missing}"
    return None
