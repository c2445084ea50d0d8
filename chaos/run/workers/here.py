"""Experiments that this very process runs, under a lease and a guardian of its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from chaos.journal.journal import Journal, Listener
from chaos.run.experiment import ExperimentRun
from chaos.run.garbage import seldom_collected
from chaos.run.verdicts import verdict_of
from chaos.run.workers.systems import Systems, Used
from chaos.run.workers.worker import Orders, Task
from chaos.system.environment import secrets_of
from chaos.undo.guarded import guarded
from chaos.verdict.verdict import Verdict

ON_A_USED_SYSTEM = "used"
"""What an attempt is called that does not count, because the system had served others before."""


class Here:
    """Implements `Worker`. `number` tells the processes of one run apart; None: there is only this one."""

    def __init__(self, orders: Orders, number: int | None = None) -> None:
        """Raises `EnvironmentFailed` when what is open can't be recorded: then nothing may be touched."""
        self._orders = orders
        self._open = ExitStack()
        folder, part = orders.folder, "" if number is None else f".{number}"
        self._lease = self._open.enter_context(guarded(folder.id, folder.path, part=part))
        self._systems = Systems(orders, self._lease)
        self._current: ExperimentRun | None = None
        self._signal: int | None = None

    async def run(self, task: Task, listeners: Sequence[Listener]) -> Verdict:
        """On a system that has served others, only a pass counts: anything else is looked at again on a new one."""
        used = await self._systems.for_task(task)
        verdict = await self._run_on(used, task, listeners)
        if used.served and verdict.verdict != "passed" and self._signal is None:
            self._orders.folder.set_aside(task.name, ON_A_USED_SYSTEM)
            verdict = await self._run_on(await self._systems.for_task(task), task, listeners)
        return verdict

    def interrupt(self, signal: int) -> None:
        """A second signal changes nothing: undoing is already under way, and each undo has its deadline."""
        if self._signal is None:
            self._signal = signal
            if self._current is not None:
                self._current.interrupt(signal)

    async def end(self) -> None:
        try:
            await self._systems.end()
        finally:
            self._open.close()

    async def _run_on(self, used: Used, task: Task, listeners: Sequence[Listener]) -> Verdict:
        path = self._orders.folder.journal(task.name)
        journal = Journal(path, tuple(listeners), secrets_of(task.plan.system))
        run = ExperimentRun(
            task.plan,
            path.parent.resolve(),
            journal,
            self._lease,
            premises=used.premises,
            control=used.control,
            leave=used.lasts,
            served=used.served,
            attempt=task.attempt,
            repetition=task.repetition,
            stop_when_refuted=self._orders.stop_when_refuted,
        )
        self._current = run
        try:
            if self._signal is not None:  # it came between two experiments: this one says so, else nobody would
                run.interrupt(self._signal)
            with seldom_collected():
                await run.run()
        finally:
            self._current = None
            journal.close()
        del run  # and with it all its samples
        verdict = await verdict_of(path)
        await self._systems.give_back(used, task, passed=verdict.verdict == "passed" and self._signal is None)
        return verdict
