"""All journeys of one system, from the first baseline second to the last of recovery, without a gap.

Open loop: a run starts when it is due, whether or not earlier ones were answered, and its time runs from then; a
stalled app can't hide its stall by slowing its users down.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping

from chaos.experiment.system import Journey
from chaos.run.clock import Clock

Run = Callable[[str, float], Coroutine[None, None, None]]
"""Play one run of that journey, due at that moment. What it raises ends the whole task group."""

_JUST_BEFORE_S = 1e-6


class Traffic:
    """Starts runs; `run` plays one. `rng` shifts the journeys against each other, so that they don't march in step."""

    def __init__(
        self, journeys: Mapping[str, Journey], run: Run, clock: Clock, rng: random.Random, group: asyncio.TaskGroup
    ) -> None:
        self._journeys = journeys
        self._run = run
        self._clock = clock
        self._rng = rng
        self._group = group
        self._drivers: list[asyncio.Task[None]] = []
        self._under_way: dict[asyncio.Task[None], float] = {}
        self._next_due: dict[str, float] = {}

    def start(self) -> None:
        now = self._clock.now()
        for name, journey in self._journeys.items():
            if journey.rate is not None:
                first = now + self._rng.random() / journey.rate
                self._next_due[name] = first
                self._drivers.append(self._group.create_task(self._open_loop(name, 1 / journey.rate, first)))
            else:
                for _ in range(journey.clients or 0):
                    self._drivers.append(self._group.create_task(self._closed_loop(name, journey.think)))

    def finished_s(self) -> float:
        """Every run due up to this moment has ended."""
        open_dues = [*self._under_way.values(), *self._next_due.values()]
        return min(open_dues, default=self._clock.now()) - _JUST_BEFORE_S

    async def stop(self) -> float:
        """No more arrivals; returns when that was, once the runs under way have ended (each has its timeout)."""
        stopped = self._clock.now()
        for driver in self._drivers:
            driver.cancel()
        self._next_due.clear()
        while self._under_way:
            await asyncio.wait(self._under_way)
        return stopped

    def abandon(self) -> None:
        """Stop at once; runs under way are given up."""
        for task in [*self._drivers, *self._under_way]:
            task.cancel()

    async def _open_loop(self, name: str, interval_s: float, first_s: float) -> None:
        number = 0
        while True:
            due = first_s + number * interval_s
            self._next_due[name] = due
            await self._clock.sleep_until(due)
            self._launch(name, due)
            number += 1

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
