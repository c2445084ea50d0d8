"""A run of several experiments under one lease and one guardian."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chaos.backends.links import Choice
from chaos.experiment.plan import Plan
from chaos.journal.journal import Journal, Listener
from chaos.run.experiment import ExperimentRun
from chaos.run.folders import RunFolder
from chaos.run.signals import on_signals
from chaos.run.verdicts import verdict_of
from chaos.system.environment import secrets_of
from chaos.undo.guarded import guarded
from chaos.undo.lease import Lease
from chaos.verdict.verdict import Verdict

Judged = Callable[[Verdict], None]


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

    jobs: int = 1
    stop_when_refuted: bool = False
    retries: Retries = Retries()
    repeat: int = 1


class Suite:
    """Begins the plans in order. A signal ends what is running, undoes it, and leaves out the rest."""

    def __init__(
        self,
        plans: Sequence[Plan],
        folder: RunFolder,
        watchers: Watchers,
        *,
        choice: Choice,
        conduct: Conduct = Conduct(),
    ) -> None:
        self._plans = plans
        self._folder = folder
        self._watchers = watchers
        self._choice = choice
        self._conduct = conduct
        self._current: set[ExperimentRun] = set()
        self._verdicts: dict[str, Verdict] = {}
        self._put_off: set[str] = set()
        """To be run again when nothing else runs."""
        self._working = 0
        self._signal = 0
        self._stopped = False

    async def run(self) -> tuple[Verdict, ...]:
        """Raises `EnvironmentFailed` when lease or journal can't be written."""
        with on_signals(self._interrupt), guarded(self._folder.id, self._folder.path) as lease:
            await self._all(lease)
        return tuple(self._verdicts[name] for name in self._folder.experiments if name in self._verdicts)

    async def _all(self, lease: Lease) -> None:
        """Raises what went wrong first, once everything else that was running has been stopped and undone."""
        waiting = iter(zip(self._plans, self._folder.experiments, strict=True))
        workers = [asyncio.create_task(self._work(waiting, lease)) for _ in range(self._conduct.jobs)]
        try:
            await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
        finally:  # also when an exit or an interrupt got past every handler: the lease is needed until all is undone
            self._stop()
            results = await asyncio.gather(*workers, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _work(self, waiting: Iterator[tuple[Plan, str]], lease: Lease) -> None:
        """Whenever the machine was too busy, one less works on; whoever is the last does what must be done alone."""
        self._working += 1
        for plan, name in waiting:
            await self._until_conclusive(plan, name, lease)
            if self._stopped:
                return
            if name in self._put_off and self._working > 1:
                break
        self._working -= 1
        if self._working:
            return
        for plan, name in zip(self._plans, self._folder.experiments, strict=True):
            if name in self._put_off and not self._stopped:
                self._folder.set_aside(name, 1)
                await self._until_conclusive(plan, name, lease, attempt=2)

    async def _until_conclusive(self, plan: Plan, name: str, lease: Lease, *, attempt: int = 1) -> None:
        """Tried again as often as it may be, or put off until it can be tried alone; the last attempt counts."""
        retries = self._conduct.retries
        while True:
            verdict = self._verdicts[name] = await self._run_one(plan, name, lease, attempt)
            if self._stopped:
                break
            if self._conduct.jobs > 1 and is_put_off(verdict):
                self._put_off.add(name)
                self._watchers.again(verdict)
                return
            if attempt > retries.most or not retries.wanted(verdict):
                break
            self._watchers.again(verdict)
            self._folder.set_aside(name, attempt)
            attempt += 1
        self._watchers.judged(verdict)

    async def _run_one(self, plan: Plan, name: str, lease: Lease, attempt: int) -> Verdict:
        path = self._folder.journal(name)
        named = (make(name) for make in self._watchers.named)
        journal = Journal(path, (*self._watchers.listeners, *named), secrets_of(plan.system))
        mark = f"{self._folder.id}/{name}"  # of every attempt: each begins when nothing of the one before is left
        run = ExperimentRun(
            plan,
            path.parent.resolve(),
            journal,
            lease,
            mark=mark,
            choice=self._choice,
            attempt=attempt,
            repetition=self._folder.experiments.index(name) % self._conduct.repeat + 1,
            stop_when_refuted=self._conduct.stop_when_refuted,
        )
        self._current.add(run)
        try:
            if self._signal:  # it came between two experiments: this one says so, else nobody would
                self._stop()
            await run.run()
        finally:
            self._current.remove(run)
            journal.close()
        del run  # and with it all its samples
        return await verdict_of(path)

    def _interrupt(self, number: int) -> None:
        """A second signal changes nothing: undoing is already under way, and each undo has its deadline."""
        self._signal = self._signal or number
        if self._current:
            self._stop()

    def _stop(self) -> None:
        if not self._stopped:
            self._stopped = True
            for run in self._current:
                run.interrupt(self._signal)
