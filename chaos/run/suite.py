"""A run of several experiments under one lease and one guardian."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chaos.backends.links import Choice
from chaos.errors import EnvironmentFailed
from chaos.experiment.plan import Plan
from chaos.journal.journal import Journal, Listener, read_journal
from chaos.run.experiment import ExperimentRun
from chaos.run.folders import RunFolder
from chaos.undo.guardian import Guardian
from chaos.undo.lease import Lease, leases_folder, read_lease
from chaos.verdict.judge import judge
from chaos.verdict.verdict import Verdict

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Judged = Callable[[Verdict], None]


@dataclass(frozen=True, slots=True)
class Watchers:
    """Who is told what happens, as it happens. `again`: of a verdict that does not count, as it is tried again."""

    listeners: tuple[Listener, ...]
    judged: Judged
    again: Judged = lambda _: None


def is_inconclusive(verdict: Verdict) -> bool:
    return verdict.verdict == "inconclusive"


@dataclass(frozen=True, slots=True)
class Retries:
    """How often an experiment is tried again at most, and after which verdicts. `failed` must never be one of them."""

    most: int = 0
    wanted: Callable[[Verdict], bool] = is_inconclusive


class Suite:
    """Runs the plans in order. A signal ends the current experiment, undoes it, and leaves out the rest."""

    def __init__(
        self,
        plans: Sequence[Plan],
        folder: RunFolder,
        watchers: Watchers,
        *,
        choice: Choice,
        retries: Retries = Retries(),
    ) -> None:
        self._plans = plans
        self._folder = folder
        self._watchers = watchers
        self._choice = choice
        self._retries = retries
        self._current: ExperimentRun | None = None
        self._signal = 0
        self._stopped = False

    async def run(self) -> tuple[Verdict, ...]:
        """Raises `EnvironmentFailed` when lease or journal can't be written."""
        try:
            lease = Lease(leases_folder() / f"{self._folder.id}.jsonl")
        except OSError as error:
            raise EnvironmentFailed(f"{error.filename}: the open undos can't be recorded: {error.strerror}") from None
        lease.begin(self._folder.id, self._folder.path.resolve())
        guardian = Guardian(lease)
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._interrupt, number)
        verdicts: list[Verdict] = []
        try:
            for plan, name in zip(self._plans, self._folder.experiments, strict=True):
                verdicts.append(await self._until_conclusive(plan, name, lease))
                if self._stopped:
                    break
        finally:
            state = read_lease(lease.path)
            lease.close(remove=state is None or not state.open_undos)
            guardian.dismiss()
            for number in SIGNALS:
                loop.remove_signal_handler(number)
        return tuple(verdicts)

    async def _until_conclusive(self, plan: Plan, name: str, lease: Lease) -> Verdict:
        """Tried again as often as it may be; the last attempt counts."""
        attempt = 1
        verdict = await self._run_one(plan, name, lease, attempt)
        while attempt <= self._retries.most and self._retries.wanted(verdict):
            self._watchers.again(verdict)
            self._folder.set_aside(name, attempt)
            attempt += 1
            verdict = await self._run_one(plan, name, lease, attempt)
        self._watchers.judged(verdict)
        return verdict

    async def _run_one(self, plan: Plan, name: str, lease: Lease, attempt: int) -> Verdict:
        path = self._folder.journal(name)
        journal = Journal(path, self._watchers.listeners)
        mark = f"{self._folder.id}/{name}"  # of every attempt: each begins when nothing of the one before is left
        try:
            self._current = ExperimentRun(
                plan, path.parent.resolve(), journal, lease, mark=mark, choice=self._choice, attempt=attempt
            )
            if self._signal:  # it came between two experiments: this one says so, else nobody would
                self._stop(self._current)
            await self._current.run()
        finally:
            self._current = None
            journal.close()
        return judge(read_journal(path))

    def _interrupt(self, number: int) -> None:
        """A second signal changes nothing: undoing is already under way, and each undo has its deadline."""
        self._signal = self._signal or number
        if self._current is not None:
            self._stop(self._current)

    def _stop(self, current: ExperimentRun) -> None:
        if not self._stopped:
            self._stopped = True
            current.interrupt(self._signal)
