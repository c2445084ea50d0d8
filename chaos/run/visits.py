"""Users and their visits: who comes, in whose turn, and what they do once beforehand."""

from __future__ import annotations

import asyncio
import math
import random
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from chaos.errors import EnvironmentFailed
from chaos.experiment.system import Journey, System
from chaos.journeys.judging import Judging
from chaos.journeys.person import Person
from chaos.journeys.player import Stage, play
from chaos.journeys.preparing import prepare
from chaos.journeys.sends import Client
from chaos.journeys.user import User
from chaos.run.keeping import keep, keep_absence
from chaos.run.recorder import Records
from chaos.system.addresses import Addresses
from chaos.traffic.crowd import Crowd

if TYPE_CHECKING:
    from chaos.journeys.browser.chromium import Chromium

STRANGER = "stranger"
PREPARED_AT_ONCE = 8
STRANGERS_AT_FIRST = 10
STRANGERS_OF_S = 0.1
"""Or as many as come in this time. More are made when so many are under way at once, and others wait for that."""


class Comes(Protocol):
    """Who comes, how often at most, and by which lots: what a plan says of it."""

    @property
    def id(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def system(self) -> System: ...
    def peak_rate(self, journey: str) -> float: ...


class Visits:
    """All users of one experiment. `run` is what traffic calls for each arrival.

    A browser carries `mark`, as all processes of an experiment do.
    """

    def __init__(self, plan: Comes, addresses: Addresses, recorder: Records, judging: Judging, *, mark: str) -> None:
        self._plan = plan
        self._addresses = addresses
        self._mark = mark
        self._recorder = recorder
        self._stage = Stage(address=addresses.through_links, judging=judging, now=recorder.clock.now)
        self._people: list[Person] = []
        self._crowds: dict[Group, Crowd] = {}
        self._turns = {name: cycle(groups(name, journey)) for name, journey in plan.system.journeys.items()}
        self._chromium: Chromium | None = None

    async def prepare(self) -> None:
        """Make everybody and let them do what they do once beforehand. Raises `EnvironmentFailed` if that fails."""
        turns = asyncio.Semaphore(PREPARED_AT_ONCE)
        for name, journey in self._plan.system.journeys.items():
            if journey.browser and self._chromium is None:
                self._chromium = await self._browser()
            for group in groups(name, journey):
                if group not in self._crowds:
                    self._crowds[group] = await self._crowd(group, journey, turns)

    def faults_begin(self) -> None:
        """What good answers are like has been seen by now; from here on they are compared with it."""
        self._stage.judging.freeze()

    async def run(self, journey_name: str, due_s: float) -> None:
        """One run of a journey by the next user, and its sample."""
        journey = self._plan.system.journeys[journey_name]
        with self._crowds[next(self._turns[journey_name])].next() as person:
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
        if self._chromium is not None:
            await self._chromium.close()

    async def _stays_away(self, name: str, journey: Journey, person: Person, due_s: float) -> None:
        """In a closed loop the next visit follows this one at once: it must take its time, though nothing is sent."""
        if journey.rate is None:
            await asyncio.sleep(journey.timeout)
        now = self._recorder.clock.now()
        keep_absence(self._recorder, name, journey, user=person.name, due_s=due_s, now_s=now)

    async def _crowd(self, group: Group, journey: Journey, turns: asyncio.Semaphore) -> Crowd:
        """Strangers have nothing to do beforehand: they are made as they come. A browser's window takes its time."""
        most = self._count(group)
        soon = max(STRANGERS_AT_FIRST, math.ceil((journey.rate or 0.0) * STRANGERS_OF_S))
        at_first = most if group.browser or group.kind in self._plan.system.users else min(most, soon)
        people = await asyncio.gather(
            *(self._make(f"{group.title}-{number + 1}", group, journey, turns) for number in range(at_first))
        )
        return Crowd(people, lambda number: self._person(f"{group.title}-{number}", journey), most=most)

    def _count(self, group: Group) -> int:
        """Enough for all runs that can be under way at once, so that a user is free when a turn comes."""
        at_once = 0.0
        for name, journey in self._plan.system.journeys.items():
            if group in groups(name, journey):
                at_once += journey.clients or self._plan.peak_rate(name) * journey.longest_s
        kind = self._plan.system.users.get(group.kind)
        return max(kind.count if kind else 1, math.ceil(at_once) + 1)

    async def _make(self, name: str, group: Group, journey: Journey, turns: asyncio.Semaphore) -> Person:
        """Somebody who has done what their kind does beforehand: without a browser, which then takes over cookies."""
        person = self._person(name, journey)
        user = cast(User, person.client)
        if (kind := self._plan.system.users.get(group.kind)) is not None:
            async with turns, user.visit() as sends:
                failure = await prepare(kind.before, person, sends, self._stage.address)
            if failure is not None:
                message = f"the user {name} could not get ready (users.{group.kind}.before): {failure}"
                raise EnvironmentFailed(message)
        if group.browser and self._chromium is not None:
            person.client = await self._at_browser(self._chromium, user)
        return person

    def _person(self, name: str, journey: Journey) -> Person:
        user = User(keep_connections=journey.connections == "keep")
        person = Person(name=name, rng=random.Random(f"{self._plan.seed}/{self._plan.id}/{name}"), client=user)
        self._people.append(person)
        return person

    async def _at_browser(self, chromium: Chromium, user: User) -> Client:
        from chaos.journeys.browser.user import BrowserUser

        client = BrowserUser(chromium)
        client.bring(user.cookies())
        await user.close()
        return client

    async def _browser(self) -> Chromium:
        """Playwright is optional, and takes its time to be imported."""
        from chaos.journeys.browser.available import why_no_browser

        if (missing := why_no_browser()) is not None:
            raise EnvironmentFailed(missing)
        from chaos.journeys.browser.chromium import Chromium

        hosts = {address.rpartition(":")[0] for address in self._addresses.links.values()}
        return await Chromium.start(self._mark, sorted(hosts | set(self._plan.system.allowed_hosts)))


class Group(NamedTuple):
    """Users who are taken in turn: of one kind, or the strangers of one journey; at a browser, or not."""

    kind: str
    browser: bool

    @property
    def title(self) -> str:
        return f"{self.kind}-at-a-browser" if self.browser else self.kind


def groups(name: str, journey: Journey) -> tuple[Group, ...]:
    """Where a journey's users are taken from, in turns."""
    return tuple(Group(kind, journey.browser) for kind in journey.kinds or (f"{STRANGER}/{name}",))
