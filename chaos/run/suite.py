"""A run of several experiments: in which order they begin, how many at once, and which are tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from chaos.backends.links import Choice
from chaos.errors import UndoFailed
from chaos.experiment.plan import Plan
from chaos.journal import events as e
from chaos.journal.journal import Listener
from chaos.run.folders import RunFolder
from chaos.run.room import Room
from chaos.run.signals import on_signals
from chaos.run.workers.apart import Apart
from chaos.run.workers.here import Here
from chaos.run.workers.worker import Orders, Task, Worker
from chaos.verdict.verdict import Verdict

LOOK_EVERY_S: Final = 0.1
"""Whether there is room for another, while nothing else happens."""
Judged = Callable[[Verdict], None]
Hire = Callable[[Orders, int], Worker]


@dataclass(frozen=True, slots=True)
class Watchers:
    """Who is told what happens, as it happens. `again`: of a verdict that does not count, as it is tried again.

    `named` makes a listener for each experiment, by its name in the run: events don't say whose they are.
    """

    listeners: tuple[Listener, ...]
    judged: Judged
    again: Judged = lambda _: None
    named: tuple[Callable[[str], Listener], ...] = ()


def is_inconclusive(verdict: Verdict) -> bool:
    return verdict.verdict == "inconclusive"


def is_put_off(verdict: Verdict) -> bool:
    """Of several at once: alone, this machine may have time enough to tell."""
    return verdict.busy and is_inconclusive(verdict) and verdict.attempt == 1


@dataclass(frozen=True, slots=True)
class Retries:
    """How often an experiment is tried again at most, and after which verdicts. `failed` must never be one of them."""

    most: int = 0
    wanted: Callable[[Verdict], bool] = is_inconclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How experiments are run: how many at once, each on a system of its own, how far, and how often.

    Of several at once, one that was inconclusive because the machine was too busy is run again alone, after all others,
    and from then on one less runs at once.
    `repeat`: every plan stands in the run so many times in a row.
    """

    room: Room = field(default_factory=lambda: Room(1))
    stop_when_refuted: bool = False
    retries: Retries = Retries()
    repeat: int = 1
    reuse: bool = False
    """A system that an experiment left as it was serves the next."""


class LeftOpen(UndoFailed):
    """Every experiment came to its verdict, and what they ran on could not be ended."""

    def __init__(self, said: str, verdicts: tuple[Verdict, ...]) -> None:
        super().__init__(said)
        self.verdicts = verdicts


class Suite:
    """Begins the plans in order; of several at once, those first that are broken for longest. A signal ends what is
    running, undoes it, and leaves out the rest.

    One at a time, they run in this process; else each in one of its own.
    """

    def __init__(
        self,
        plans: Sequence[Plan],
        folder: RunFolder,
        watchers: Watchers,
        *,
        choice: Choice,
        conduct: Conduct = Conduct(),
        hire: Hire | None = None,
    ) -> None:
        """`hire` makes another worker, by its number."""
        self._tasks = [
            Task(plan=plan, name=name, repetition=number % conduct.repeat + 1)
            for number, (plan, name) in enumerate(zip(plans, folder.experiments, strict=True))
        ]
        self._folder = folder
        self._watchers = watchers
        self._conduct = conduct
        self._room = conduct.room
        self._alone = self._room.most == 1
        if not self._alone:  # so that at the end none runs for long beside nobody
            self._tasks.sort(key=lambda task: -task.plan.broken_s)
        self._hire: Hire = hire or ((lambda orders, _: Here(orders)) if self._alone else Apart)
        self._orders = Orders(
            folder=folder, choice=choice, stop_when_refuted=conduct.stop_when_refuted, reuse=conduct.reuse
        )
        self._workers: list[Worker] = []
        self._idle: list[Worker] = []
        self._coming: set[str] = set()
        """Of those under way, the ones whose users are not there yet."""
        self._verdicts: dict[str, Verdict] = {}
        self._put_off: list[Task] = []
        """To be run again when nothing else runs."""
        self._signal = 0
        self._stopped = False

    async def run(self) -> tuple[Verdict, ...]:
        """Raises `EnvironmentFailed` when lease or journal can't be written, and `LeftOpen` for its end alone."""
        with on_signals(self._interrupt):
            try:
                await self._all()
            finally:
                ends = await asyncio.gather(*(worker.end() for worker in self._workers), return_exceptions=True)
        verdicts = tuple(self._verdicts[name] for name in self._folder.experiments if name in self._verdicts)
        failures = [end for end in ends if isinstance(end, BaseException)]
        for failure in failures:
            if not isinstance(failure, UndoFailed):
                raise failure
        if failures:
            raise LeftOpen("\n".join(map(str, failures)), verdicts)
        return verdicts

    async def _all(self) -> None:
        """Raises what went wrong first, once everything else that was running has been stopped and undone."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            for task in self._tasks:
                while not self._stopped and not self._room.for_another(len(under_way), coming=len(self._coming)):
                    under_way = await _first_of(under_way)
                if self._stopped:
                    break
                self._coming.add(task.name)
                under_way.add(asyncio.create_task(self._work(task)))
            while under_way:
                under_way = await _first_of(under_way)
            for task in self._put_off:
                if not self._stopped:
                    self._folder.set_aside(task.name, 1)
                    await self._work(replace(task, attempt=2))
        finally:  # also when an exit or an interrupt got past every handler
            if under_way:
                self._stop()
                await asyncio.gather(*under_way, return_exceptions=True)

    async def _work(self, task: Task) -> None:
        """One experiment until it is done with, by whoever is free."""
        worker = self._idle.pop() if self._idle else self._another_worker()
        try:
            await self._until_conclusive(worker, task)
        finally:
            self._coming.discard(task.name)
        self._idle.append(worker)

    def _another_worker(self) -> Worker:
        worker = self._hire(self._orders, len(self._workers) + 1)
        self._workers.append(worker)
        return worker

    async def _until_conclusive(self, worker: Worker, task: Task) -> None:
        """Tried again as often as it may be, or put off until it can be tried alone; the last attempt counts."""
        retries = self._conduct.retries
        while True:
            verdict = self._verdicts[task.name] = await self._run(worker, task)
            if self._stopped:
                break
            if not self._alone and is_put_off(verdict):
                self._put_off.append(task)
                self._room.was_too_busy(len(self._workers) - len(self._idle))
                self._watchers.again(verdict)
                return
            if task.attempt > retries.most or not retries.wanted(verdict):
                break
            self._watchers.again(verdict)
            self._folder.set_aside(task.name, task.attempt)
            task = replace(task, attempt=task.attempt + 1)
        self._watchers.judged(verdict)

    async def _run(self, worker: Worker, task: Task) -> Verdict:
        if self._signal:  # it came between two experiments: this one says so, else nobody would
            self._stop()

        def users_are_there(event: e.Event) -> None:
            if isinstance(event, e.PhaseStarted):
                self._coming.discard(task.name)

        named = (make(task.name) for make in self._watchers.named)
        return await worker.run(task, (*self._watchers.listeners, *named, users_are_there))

    def _interrupt(self, number: int) -> None:
        """A second signal changes nothing: undoing is already under way, and each undo has its deadline."""
        self._signal = self._signal or number
        if len(self._idle) < len(self._workers):
            self._stop()

    def _stop(self) -> None:
        if not self._stopped:
            self._stopped = True
            for worker in self._workers:
                worker.interrupt(self._signal)


async def _first_of(under_way: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    """Those that go on when one has ended, or there may be room for another. Raises what the one that ended raised."""
    done, pending = await asyncio.wait(under_way, timeout=LOOK_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
    return pending
