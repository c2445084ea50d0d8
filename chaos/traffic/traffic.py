"""All journeys of one system, from the first baseline second to the last of recovery, without a gap.

Open loop: a run starts when it is due, whether or not earlier ones were answered, and its time runs from then; a
stalled app can't hide its stall by slowing its users down.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field

from chaos.experiment.system import Journey
from chaos.run.clock import Clock
from chaos.traffic.elsewhere import Elsewhere
from chaos.traffic.pace import Pace

Run = Callable[[str, float], Coroutine[None, None, None]]
"""Play one run of that journey, due at that moment. What it raises ends the whole task group."""

_JUST_BEFORE_S = 1e-6


@dataclass(slots=True)
class _Arrivals:
    """Of one journey with a rate. `factors` are what multiplies it now, each by whoever wants it so."""

    pace: Pace
    last_s: float
    factors: dict[str, float] = field(default_factory=dict)
    driver: asyncio.Task[None] | None = None


class Traffic:
    """Starts runs; `run` plays one. `rng` shifts the journeys against each other, so that they don't march in step.

    Journeys whose users come from `elsewhere` are none of `journeys`.
    """

    def __init__(
        self,
        journeys: Mapping[str, Journey],
        run: Run,
        clock: Clock,
        rng: random.Random,
        group: asyncio.TaskGroup,
        elsewhere: Sequence[Elsewhere] = (),
    ) -> None:
        self._journeys = journeys
        self._run = run
        self._clock = clock
        self._rng = rng
        self._group = group
        self._elsewhere = elsewhere
        self._drivers: list[asyncio.Task[None]] = []
        self._open: dict[str, _Arrivals] = {}
        self._under_way: dict[asyncio.Task[None], float] = {}
        self._next_due: dict[str, float] = {}

    def start(self, from_s: float | None = None) -> None:
        """`from_s`: by default now. The same moment and the same `rng` give the same arrivals."""
        now = self._clock.now() if from_s is None else from_s
        for name, journey in self._journeys.items():
            if journey.rate is not None:
                last = now - (1 - self._rng.random()) / journey.rate
                self._open[name] = _Arrivals(Pace(journey.rate), last)
                self._drive(name)
            else:
                for _ in range(journey.clients or 0):
                    self._drivers.append(self._group.create_task(self._closed_loop(name, journey.think)))

        for other in self._elsewhere:
            other.begin(self._group)

    def multiply(self, name: str, by: str, times: float) -> None:
        """From now on users of this journey come that many times as often, until `times` is 1 again for this `by`."""
        arrivals = self._open[name]
        arrivals.factors[by] = times
        rate = (self._journeys[name].rate or 0.0) * math.prod(arrivals.factors.values())
        arrivals.pace.change(rate, from_s=self._clock.now())
        if arrivals.driver in self._drivers:  # nobody comes any more once the traffic has stopped
            self._drivers.remove(arrivals.driver)
            arrivals.driver.cancel()
            self._drive(name)

    def finished_s(self) -> float:
        """Every run due up to this moment has ended."""
        open_dues = [*self._under_way.values(), *self._next_due.values()]
        here_s = min(open_dues, default=self._clock.now()) - _JUST_BEFORE_S
        return min([here_s, *(other.finished_s() for other in self._elsewhere)])

    async def stop(self) -> float:
        """No more arrivals; returns when that was, once the runs under way have ended (each has its timeout)."""
        stopped = self._clock.now()
        for driver in self._drivers:
            driver.cancel()
        self._drivers.clear()
        self._next_due.clear()
        await asyncio.gather(*(other.stop() for other in self._elsewhere))
        while self._under_way:
            await asyncio.wait(self._under_way)
        return stopped

    def abandon(self) -> None:
        """Stop at once; runs under way are given up."""
        for task in [*self._drivers, *self._under_way]:
            task.cancel()
        for other in self._elsewhere:
            other.abandon()

    def _drive(self, name: str) -> None:
        """Start waiting for the next user of a journey; the one who waited before, for another moment, must be gone."""
        arrivals = self._open[name]
        self._next_due[name] = arrivals.pace.next_after(arrivals.last_s)
        arrivals.driver = self._group.create_task(self._open_loop(name, arrivals))
        self._drivers.append(arrivals.driver)

    async def _open_loop(self, name: str, arrivals: _Arrivals) -> None:
        while True:
            due = arrivals.pace.next_after(arrivals.last_s)
            self._next_due[name] = due
            await self._clock.sleep_until(due)
            arrivals.last_s = due
            self._launch(name, due)

    async def _closed_loop(self, name: str, think_s: float) -> None:
        while True:
            await asyncio.shield(self._launch(name, self._clock.now()))
            await asyncio.sleep(think_s)

    def _launch(self, name: str, due_s: float) -> asyncio.Task[None]:
        task = self._group.create_task(self._play(name, due_s))
        self._under_way[task] = due_s
        task.add_done_callback(self._has_ended)
        return task

    async def _play(self, name: str, due_s: float) -> None:
        """It counts as finished in the moment in which its sample is there, not a turn of the loop later."""
        await self._run(name, due_s)
        if (task := asyncio.current_task()) is not None:
            self._has_ended(task)

    def _has_ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
