"""What a user does once, before anything is broken."""

from __future__ import annotations

import asyncio
from typing import Final

from chaos.experiment.request import Step
from chaos.journeys.expectation import unmet, with_saved
from chaos.journeys.extraction import extract_all
from chaos.journeys.outgoing import Address, Outgoing, compose
from chaos.journeys.person import Person
from chaos.journeys.sends import NoAnswer, Sends
from chaos.rules.reading import Reading
from chaos.rules.status import told_wait_s

PREPARED_WITHIN_S: Final = 10.0
"""For each step of `before`, which no journey's timeout covers."""
_COME_BACK: Final = frozenset({429, 503})
_SOON_S: Final = 0.25


class _NotYet(Exception):
    """The system is busy, as one that has just started may be; `wait_s`: when it may be worth another try."""

    def __init__(self, why: str, wait_s: float) -> None:
        super().__init__(why)
        self.wait_s = wait_s


class _NotPrepared(Exception):
    """It did not work, and trying again would not help."""


async def prepare(steps: tuple[Step, ...], person: Person, sends: Sends, address: Address) -> str | None:
    """Returns why it did not work, or None. Whoever is told to come back does so, for as long as a step may take."""
    for step in steps:
        await asyncio.sleep(step.think)
        outgoing = compose(step, address, person.saved, person.rng)
        why = "no complete answer"
        try:
            async with asyncio.timeout(PREPARED_WITHIN_S):
                while (not_yet := await _once(step, outgoing, person, sends)) is not None:
                    why = str(not_yet)
                    await asyncio.sleep(not_yet.wait_s * (1 + person.rng.random()))
        except TimeoutError:
            return f"{step.method} {step.target}: {why} within {PREPARED_WITHIN_S:g}s"
        except (NoAnswer, _NotPrepared) as error:
            return f"{step.method} {step.target}: {error}"
    return None


async def _once(step: Step, outgoing: Outgoing, person: Person, sends: Sends) -> _NotYet | None:
    reading = Reading(await sends.send(outgoing))
    missing = unmet(with_saved(step.expect, person.saved), reading)
    found, lacks = extract_all(dict(step.save), reading)
    if (problem := missing or lacks) is not None:
        if reading.answer.status not in _COME_BACK:
            raise _NotPrepared(problem)
        told_s = told_wait_s(reading.answer)
        return _NotYet(problem, _SOON_S if told_s is None else max(told_s, _SOON_S))
    person.saved.update(found)
    if step.passes is not None:
        person.passed.add(step.passes)
    return None
