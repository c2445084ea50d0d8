"""Users of one journey who come to a live system until they are told to stop."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from chaos.experiment.system import Journey, System
from chaos.journal import events as e
from chaos.journeys.judging import Judging
from chaos.live.record import LiveRecord
from chaos.live.stretch import Kept, Stretch
from chaos.rules.rule import Situation
from chaos.run.clock import Clock
from chaos.run.uninterrupted import to_the_end
from chaos.run.visits import Visits
from chaos.system.addresses import Addresses
from chaos.traffic.traffic import Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Implements `Comes`, for one journey. `id` is a name that no others had before."""

    id: str
    name: str
    seed: int
    system: System
    """With this journey alone, and the values of the environment in it."""

    @property
    def journey(self) -> Journey:
        return self.system.journeys[self.name]

    def peak_rate(self, journey: str) -> float:
        return self.system.journeys[journey].rate or 0.0


class OwnRecord:
    """Implements `Records`: all goes on to the system's record, and these users' own samples are kept as well."""

    def __init__(self, record: LiveRecord, kept: Kept) -> None:
        self.clock: Clock = record.clock
        self._record = record
        self._kept = kept

    @property
    def answers(self) -> int:
        """How many kinds of answers are kept."""
        return self._record.answers

    def add(self, event: e.Event) -> None:
        written = self._record.add(event)
        if isinstance(written, e.Sample):
            self._kept.add(written)

    def knows(self, fingerprint: str) -> bool:
        return self._record.knows(fingerprint)

    def add_answer(self, seen: e.AnswerSeen) -> None:
        self._record.add_answer(seen)


class LiveUsers(Stretch):
    """A stretch that begins with them, and does not end before they have."""

    def __init__(
        self, coming: Coming, addresses: Addresses, record: LiveRecord, situation: Situation, *, mark: str
    ) -> None:
        kept = Kept(record.clock.now, record.seen)
        super().__init__(kept, record.clock.now())
        self.coming = coming
        self.kept = kept
        self._record = record
        self._judging = Judging(situation)
        self._visits = Visits(coming, addresses, OwnRecord(record, kept), self._judging, mark=mark)
        self._leaving = asyncio.Event()
        self._traffic: Traffic | None = None
        self._course: asyncio.Task[None] | None = None

    @property
    def gone(self) -> bool:
        return self._course is None or self._course.done()

    async def come(self, factors: Mapping[str, float]) -> None:
        """Returns when the first is on the way; `factors` multiply their rate for now. Raises `EnvironmentFailed` when
        one of them can't get ready.
        """
        try:
            await self._visits.prepare()
        except BaseException:
            await to_the_end(self._visits.close())
            raise
        begun = asyncio.Event()
        self._course = asyncio.create_task(self._come_and_go(factors, begun))
        await begun.wait()

    def multiply(self, by: str, times: float) -> None:
        """The rate at which they come; those without one come as they did."""
        if self._traffic is not None and self.coming.journey.rate is not None and not self.gone:
            self._traffic.multiply(self.coming.name, by, times)

    def faults_begin(self, *, surge: bool) -> None:
        """What good answers are like has been seen by now."""
        self._judging.freeze()
        if surge:
            self._judging.situation = replace(self._judging.situation, surge=True)

    async def stop(self) -> None:
        """No more of them come; those who are under way have their time. Harmless when they have gone."""
        self._leaving.set()
        if self._course is not None:
            await asyncio.shield(self._course)

    async def leave(self) -> None:
        """At once: runs under way are given up."""
        if self._traffic is not None:
            self._traffic.abandon()
        await self.stop()

    async def _come_and_go(self, factors: Mapping[str, float], begun: asyncio.Event) -> None:
        clock, coming = self._record.clock, self.coming
        journeys = coming.system.journeys
        rng = random.Random(f"{coming.seed}/{coming.id}/arrivals")
        try:
            async with asyncio.TaskGroup() as group:
                self._traffic = traffic = Traffic(journeys, self._visits.run, clock, rng, group)
                self.kept.finished_s = traffic.finished_s
                self.from_s = clock.now()
                journey = coming.journey
                self._record.add(
                    e.UsersCame(
                        at_s=self.from_s,
                        users=coming.id,
                        journey=coming.name,
                        rate_per_s=journey.rate,
                        clients=journey.clients,
                    )
                )
                traffic.start()
                for by, times in factors.items():
                    self.multiply(by, times)
                begun.set()
                await self._leaving.wait()
                stopped_s = await traffic.stop()
            self._record.add(e.UsersLeft(at_s=stopped_s, users=coming.id))
        finally:
            begun.set()
            await self._visits.close()
