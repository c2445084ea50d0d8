"""Users and their visits: who comes, in whose turn, and what they do once beforehand."""

from __future__ import annotations

import asyncio
import math
import random
from datetime import date
from itertools import count

from chaos.errors import EnvironmentFailed
from chaos.experiment.plan import Plan
from chaos.experiment.system import Journey, Users
from chaos.journeys.judging import judging_of
from chaos.journeys.person import Person
from chaos.journeys.player import Stage, play, prepare
from chaos.journeys.user import User
from chaos.run.keeping import keep, keep_absence
from chaos.run.recorder import Recorder
from chaos.system.addresses import Addresses
from chaos.traffic.crowd import Crowd

STRANGER = "stranger"
PREPARED_AT_ONCE = 8


class Visits:
    """All users of one experiment. `run` is what traffic calls for each arrival. Allowances must hold `today`."""

    def __init__(self, plan: Plan, addresses: Addresses, recorder: Recorder, *, today: date) -> None:
        self._plan = plan
        self._recorder = recorder
        self._stage = Stage(address=addresses.through_links, judging=judging_of(plan, today), now=recorder.clock.now)
        self._rng = random.Random(f"{plan.seed}/{plan.id}/users")
        self._people: list[Person] = []
        self._crowds: dict[str, Crowd] = {}
        self._turns = {name: count() for name in plan.system.journeys}

    async def prepare(self) -> None:
        """Make everybody and let them do what they do once beforehand. Raises `EnvironmentFailed` if that fails."""
        turns = asyncio.Semaphore(PREPARED_AT_ONCE)
        for name, journey in self._plan.system.journeys.items():
            for key in _crowds(name, journey):
                if key not in self._crowds:
                    kind = self._plan.system.users.get(key)
                    people = [self._make(f"{key}-{number + 1}", journey) for number in range(self._count(key, kind))]
                    await asyncio.gather(*(self._prepare_one(person, key, kind, turns) for person in people))
                    self._crowds[key] = Crowd(people)

    def faults_begin(self) -> None:
        """What good answers are like has been seen by now; from here on they are compared with it."""
        self._stage.judging.freeze()

    async def run(self, journey_name: str, due_s: float) -> None:
        """One run of a journey by the next user, and its sample."""
        journey = self._plan.system.journeys[journey_name]
        crowds = _crowds(journey_name, journey)
        turn = next(self._turns[journey_name])
        with self._crowds[crowds[turn % len(crowds)]].next() as person:
            left = self._recorder.clock.now()
            if not journey.kinds:
                await person.forget()
            if person.gone:
                await self._stays_away(journey_name, journey, person, due_s)
                return
            async with person.client.visit() as sends:
                played = await play(journey_name, journey, person, sends, self._stage)
            keep(self._recorder, journey_name, journey, played, user=person.name, due_s=due_s, left_s=left)

    async def close(self) -> None:
        for person in self._people:
            await person.client.close()

    async def _stays_away(self, name: str, journey: Journey, person: Person, due_s: float) -> None:
        """In a closed loop the next visit follows this one at once: it must take its time, though nothing is sent."""
        if journey.rate is None:
            await asyncio.sleep(journey.timeout)
        now = self._recorder.clock.now()
        keep_absence(self._recorder, name, journey, user=person.name, due_s=due_s, now_s=now)

    def _count(self, key: str, kind: Users | None) -> int:
        """Enough for all runs that can be under way at once, so that a user is free when a turn comes."""
        at_once = 0.0
        for name, journey in self._plan.system.journeys.items():
            if key in _crowds(name, journey):
                at_once += journey.clients or self._plan.peak_rate(name) * journey.longest_s
        return max(kind.count if kind else 1, math.ceil(at_once) + 1)

    def _make(self, name: str, journey: Journey) -> Person:
        client = User(keep_connections=journey.connections == "keep")
        person = Person(name=name, rng=random.Random(self._rng.random()), client=client)
        self._people.append(person)
        return person

    async def _prepare_one(self, person: Person, key: str, kind: Users | None, turns: asyncio.Semaphore) -> None:
        if kind is None:
            return
        async with turns, person.client.visit() as sends:
            failure = await prepare(kind.before, person, sends, self._stage.address)
        if failure is not None:
            raise EnvironmentFailed(f"the user {person.name} could not get ready (users.{key}.before): {failure}")


def _crowds(name: str, journey: Journey) -> tuple[str, ...]:
    """Where a journey's users are taken from, in turns; strangers are kept for each journey by itself."""
    return journey.kinds or (f"{STRANGER}/{name}",)
