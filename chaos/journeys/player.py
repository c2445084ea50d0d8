"""Playing one run of a journey: its steps in order, the first answer that is not what it should be ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from chaos.experiment.patience import NO_ANSWER, Retry
from chaos.experiment.request import Step
from chaos.experiment.system import Journey
from chaos.journal.events import GAVE_UP_WAITING, NOT_IN_TIME
from chaos.journeys.expectation import unmet, with_saved
from chaos.journeys.extraction import acknowledged_id, extract_all
from chaos.journeys.judging import Judging
from chaos.journeys.outgoing import Address, Outgoing, compose
from chaos.journeys.person import Person
from chaos.journeys.played import Played, Repeated, Tried
from chaos.journeys.sends import NoAnswer, NotSent, Sends
from chaos.rules.reading import Reading
from chaos.rules.status import told_wait_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What all runs of one experiment share. `now` is the run's clock."""

    address: Address
    judging: Judging
    now: Callable[[], float]


async def play(name: str, journey: Journey, person: Person, sends: Sends, stage: Stage) -> Played:
    """Never raises for what the app did. No complete answer within the journey's timeout is broken."""
    return await _Run(name, journey, person, sends, stage).play()


class _Run:
    """One run under way. What is saved in it is its own; what its user carries away is the person's."""

    def __init__(self, name: str, journey: Journey, person: Person, sends: Sends, stage: Stage) -> None:
        self._name = name
        self._journey = journey
        self._person = person
        self._sends = sends
        self._stage = stage
        self._saved = dict(person.saved)
        self._patience_s = journey.give_up.wait if journey.give_up is not None else None
        self._ends_s = stage.now() + (self._patience_s or journey.timeout)
        self._thought_s = 0.0
        self._earlier: list[Tried] = []
        self._served: list[tuple[Step, Outgoing]] = []
        self._acknowledged: str | None = None
        self._key: str | None = None
        self._checksum: str | None = None
        self._out_of_time = False

    async def play(self) -> Played:
        last = await self._play_steps()
        if self._out_of_time and self._patience_s is not None:
            self._person.gone = True
        played = Played(
            last=last,
            earlier=tuple(self._earlier),
            acknowledged=self._acknowledged,
            key=self._key,
            checksum=self._checksum,
            thought_s=self._thought_s,
            timed_out=self._out_of_time and self._patience_s is None,
            gave_up=self._person.gone,
        )
        return replace(played, echoes=await self._again()) if self._served else played

    async def _play_steps(self) -> Tried:
        for index, step in enumerate(self._journey.steps):
            await self._think(step.think)
            tried = await self._step(index, step)
            if tried.outcome != "served":
                break
        return tried

    async def _think(self, pause_s: float) -> None:
        """Time that is the user's own."""
        if pause_s:
            began = self._stage.now()
            await asyncio.sleep(pause_s)
            self._pass_over(self._stage.now() - began)

    def _pass_over(self, seconds: float) -> None:
        """Time that the app is not to be blamed for."""
        self._thought_s += seconds
        self._ends_s += seconds

    async def _step(self, index: int, step: Step) -> Tried:
        """One step, tried again as often as its user does."""
        retry = step.retry or self._journey.retry
        if self._journey.browser and step.method == "post":
            retry = None  # a browser does not send a form again by itself
        outgoing = compose(step, self._stage.address, self._saved, self._person.rng)
        if outgoing.key is not None:
            self._key = outgoing.key
        if outgoing.files and self._acknowledged is None:
            self._checksum = outgoing.checksum
        for number in count():
            tried = await self._try(index, step, outgoing)
            gave_up = self._person.got(broken=tried.outcome == "broken", give_up=self._journey.give_up)
            if gave_up or retry is None or number >= retry.times or not _is_tried_again(tried, retry):
                break
            told = retry.obey_retry_after and tried.retry_after_s is not None
            pause_s = tried.retry_after_s if told and tried.retry_after_s is not None else self._pause_s(retry)
            if pause_s >= self._left_s():
                break  # it would not be back in time
            self._earlier.append(replace(tried, told=told))
            await asyncio.sleep(pause_s)
        return tried

    async def _try(self, index: int, step: Step, outgoing: Outgoing) -> Tried:
        began = self._stage.now()
        failure, missing = None, None
        try:
            async with asyncio.timeout(max(0.0, self._left_s())):
                answer = await self._sends.send(outgoing)
        except NotSent as error:
            answer, missing = error.answer, str(error)
        except NoAnswer as error:
            failure = str(error)
        except TimeoutError:
            self._out_of_time = True
            failure = f"{NOT_IN_TIME} {self._journey.timeout:g}s"
            if self._patience_s is not None:
                failure = f"{GAVE_UP_WAITING} {self._patience_s:g}s"
        now = self._stage.now()
        if failure is not None:
            return Tried(step=index, at_s=began, ended_s=now, outcome="broken", failure=failure)
        reading = Reading(answer)
        if missing is None:
            missing = unmet(with_saved(step.expect, self._saved), reading)
        if missing is not None or answer.status >= 500:
            reading = await self._look(reading)
        return self._judge(index, step, outgoing, reading, missing, began, now)

    async def _look(self, reading: Reading) -> Reading:
        """Of answers that were not served the rules want to know what a browser shows. That is no time of the run."""
        began = self._stage.now()
        seen = await self._sends.look(reading.answer)
        self._pass_over(self._stage.now() - began)
        return reading if seen is reading.answer else Reading(seen)

    def _judge(
        self,
        index: int,
        step: Step,
        outgoing: Outgoing,
        reading: Reading,
        missing: str | None,
        began_s: float,
        now_s: float,
    ) -> Tried:
        """`missing`: the expectation of the step that does not hold."""
        found, lacks = extract_all(dict(step.save), reading) if missing is None else ({}, None)
        missing = missing or lacks
        if missing is None and step.acknowledge is not None:
            kept = acknowledged_id(step.acknowledge, reading)
            if kept is not None:
                self._acknowledged = kept
            else:
                missing = f"the answer should name what it keeps at {step.acknowledge.query!r}"
        judged = self._stage.judging.judge(
            (self._name, index),
            reading,
            served=missing is None,
            sent=outgoing.sent,
            passed=self._person.passed,
        )
        if judged.outcome == "served":
            self._saved.update(found)
            if step.passes is not None:
                self._person.passed.add(step.passes)
            if step.again is not None:
                self._served.append((step, outgoing))
        return Tried(
            step=index,
            at_s=began_s,
            ended_s=now_s,
            outcome=judged.outcome,
            reading=reading,
            judged=judged,
            expected=missing or "",
            retry_after_s=told_wait_s(reading.answer, self._stage.judging.situation.wall),
        )

    async def _again(self) -> tuple[Repeated, ...]:
        """What was served, sent again on purpose: the run is over by then, and its time is not counted."""
        repeats: list[tuple[Step, Outgoing, bool]] = []
        for step, outgoing in self._served:
            if step.again is not None:
                repeats += [(step, outgoing, False)] * step.again.same
            if step.again is not None and step.again.changed:
                repeats.append((step, outgoing.with_other_bytes(self._person.rng), True))
        return tuple([await self._repeat(step, outgoing, changed=changed) for step, outgoing, changed in repeats])

    async def _repeat(self, step: Step, outgoing: Outgoing, *, changed: bool) -> Repeated:
        began = self._stage.now()
        try:
            async with asyncio.timeout(self._journey.timeout):
                answer = await self._sends.send(outgoing)
        except (NoAnswer, TimeoutError):
            return Repeated(at_s=began, changed=changed)
        kept = None if step.acknowledge is None else acknowledged_id(step.acknowledge, Reading(answer))
        return Repeated(at_s=began, changed=changed, status=answer.status, acknowledged=kept)

    def _left_s(self) -> float:
        return self._ends_s - self._stage.now()

    def _pause_s(self, retry: Retry) -> float:
        return retry.wait * (1 + retry.jitter * self._person.rng.uniform(-1, 1))


def _is_tried_again(tried: Tried, retry: Retry) -> bool:
    if tried.reading is None:
        return NO_ANSWER in retry.when
    return tried.outcome != "served" and tried.status in retry.when
