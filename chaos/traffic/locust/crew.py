"""The players of one worker: an event loop in a thread of its own, in which each seat's user comes again and again."""

from __future__ import annotations

import asyncio
import random
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from chaos.errors import ChaosError
from chaos.experiment.plan import Plan
from chaos.journal.events import AnswerSeen, Event, Sample
from chaos.journal.journal import to_json
from chaos.journeys.judging import judging_of
from chaos.run.clock import Clock
from chaos.run.visits import Visits
from chaos.system.addresses import Addresses
from chaos.traffic.locust.orders import FAILED, READY, REPORT

REPORT_EVERY_S: Final = 0.05
_PLAN: Final[TypeAdapter[Plan]] = TypeAdapter(Plan)
_JUST_BEFORE_S: Final = 1e-6
Tell = Callable[[str, Mapping[str, Any]], None]


class ToldClock(Clock):
    """The run's clock, as far as this machine can know it: `zero_s` by its own clock."""

    def told(self, zero_s: float) -> None:
        self._zero = zero_s


class Gathered:
    """Implements `Records`: what happens is handed on, and forgotten. Users of two workers have different names."""

    def __init__(self, clock: Clock, worker: int) -> None:
        self.clock = clock
        self._worker = worker
        self._known: set[str] = set()
        self._events: list[str] = []

    @property
    def answers(self) -> int:
        return len(self._known)

    def add(self, event: Event) -> None:
        if isinstance(event, Sample):
            event = replace(event, user=f"{self._worker}/{event.user}")
        self._events.append(to_json(event).decode())

    def knows(self, fingerprint: str) -> bool:
        return fingerprint in self._known

    def add_answer(self, seen: AnswerSeen) -> None:
        self._known.add(seen.fingerprint)
        self.add(seen)

    def take(self) -> list[str]:
        """All events since the last time."""
        taken, self._events = self._events, []
        return taken


class Crew:
    """Made in the loop's thread; all calls must come there. `tell` may be called from there."""

    def __init__(self, order: Mapping[str, Any], tell: Tell) -> None:
        plan = _PLAN.validate_json(order["plan"])
        self.experiment = plan.id
        (self._journey,) = plan.system.journeys
        self._think_s = plan.system.journeys[self._journey].think
        self._tell = tell
        self._clock = ToldClock()
        self._clock.told(order["zero_s"])
        self._records = Gathered(self._clock, order["worker"])
        plan = replace(plan, id=f"{plan.id}/worker-{order['worker']}")  # its users draw other lots than those elsewhere
        self._rng = random.Random(f"{plan.seed}/{plan.id}/seats")
        addresses = Addresses(order["links"], {})
        today = date.fromisoformat(order["today"])
        self._visits = Visits(plan, addresses, self._records, judging_of(plan, today), mark="")
        self._seats: dict[int, asyncio.Task[None]] = {}
        self._taken: set[int] = set()
        self._under_way: dict[int, float] = {}
        self._stopped = False

    async def work(self) -> None:
        """Get everybody ready, then tell what happens until cancelled. Whatever goes wrong is told."""
        try:
            await self._visits.prepare()
            self._tell(READY, {})
            while True:
                await asyncio.sleep(REPORT_EVERY_S)
                self._tell(REPORT, self._report())
        except ChaosError as error:
            self._tell(FAILED, {"reason": str(error)})
        except Exception:
            self._tell(FAILED, {"reason": "a bug in Gatecrash", "traceback": traceback.format_exc()})
        finally:
            await self._visits.close()

    def clock_is(self, zero_s: float) -> None:
        self._clock.told(zero_s)

    def freeze(self) -> None:
        self._visits.faults_begin()

    def sit(self, seat: int) -> None:
        if not self._stopped:
            self._taken.add(seat)
            self._seats[seat] = asyncio.create_task(self._play(seat))

    def rise(self, seat: int) -> None:
        """A run under way is played to its end."""
        self._taken.discard(seat)

    def stop(self) -> None:
        self._stopped = True
        self._taken.clear()

    async def _play(self, seat: int) -> None:
        """Everybody begins somewhere in their pause: else all would come at once, again and again."""
        try:
            await asyncio.sleep(self._rng.random() * self._think_s)
            while seat in self._taken:
                self._under_way[seat] = due = self._clock.now()
                await self._visits.run(self._journey, due)
                del self._under_way[seat]
                await asyncio.sleep(self._think_s)
        except Exception:
            self._tell(FAILED, {"reason": "a bug in Gatecrash", "traceback": traceback.format_exc()})
        finally:
            self._seats.pop(seat, None)

    def _report(self) -> Mapping[str, Any]:
        """The moment is that of the events: every run due up to then has its sample among these or earlier ones."""
        finished_s = min(self._under_way.values(), default=self._clock.now()) - _JUST_BEFORE_S
        stopped = self._stopped and not self._under_way
        seats = len(self._taken)
        return {"events": self._records.take(), "finished_s": finished_s, "seats": seats, "stopped": stopped}
