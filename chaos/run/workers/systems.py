"""The systems that experiments run on: a new one each, or one that the experiment before has left as it was."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from chaos.backends.links import Renewable
from chaos.backends.services import WORK
from chaos.errors import UndoFailed
from chaos.experiment.plan import OF_CONTROL, Plan
from chaos.faults.fault import MultiplyArrivals, SetToxics, TakeDown
from chaos.run.premises import Premises
from chaos.run.workers.worker import Orders, Task
from chaos.undo import perform
from chaos.undo.lease import Lease


@dataclass(frozen=True, slots=True)
class Used:
    """`control`: the copy where nothing is broken, never kept. `served`: what it was used for, by the names of the
    experiments in the run. `lasts`: it may outlive the next.
    """

    premises: Premises
    control: Premises | None
    plan: Plan
    served: tuple[str, ...]
    lasts: bool


class Systems:
    """At most one is kept. What is open of it stands in the lease."""

    def __init__(self, orders: Orders, lease: Lease) -> None:
        self._orders = orders
        self._lease = lease
        self._kept: Used | None = None

    async def for_task(self, task: Task) -> Used:
        """The one that was kept, where it is what the task asks for; else a new one, which is not started yet."""
        kept = self._kept
        if (
            kept is not None
            and _asked_for(kept.plan) == _asked_for(task.plan)
            and task.plan.id not in map(_id, kept.served)
        ):
            self._kept = None
            kept.premises.count_on(_counted(task.plan))
            return replace(kept, lasts=_leaves_as_it_was(task.plan))
        await self.end()
        premises = self._premises(task)
        lasts = self._orders.reuse and isinstance(premises.links, Renewable) and _leaves_as_it_was(task.plan)
        control = self._premises(task, control=True) if task.plan.experiment.control else None
        return Used(premises, control, task.plan, (), lasts)

    async def give_back(self, used: Used, task: Task, *, passed: bool) -> None:
        """It is kept for the next task, or ended. Where all passed, nobody needs what its services had stored."""
        if used.lasts and passed:
            self._kept = replace(used, served=(*used.served, task.name))
        elif used.lasts:
            await self._end(used)
        elif passed:
            await _clear(used)

    async def end(self) -> None:
        """Raises `UndoFailed` when something of the one that was kept would not go."""
        kept, self._kept = self._kept, None
        if kept is not None:
            await self._end(kept)
            await _clear(kept)

    async def _end(self, used: Used) -> None:
        """Newest first, all of them, whatever becomes of each."""
        failures = []
        for undo in reversed(used.premises.ends):
            failure = await asyncio.to_thread(perform, undo)
            if failure is None:
                self._lease.done(undo)
            else:
                failures.append(undo.not_done(failure))
        await used.premises.ended()
        if failures:
            raise UndoFailed("\n".join(failures))

    def _premises(self, task: Task, *, control: bool = False) -> Premises:
        plan, run = task.plan, self._orders.folder
        folder = run.journal(task.name).parent.resolve()
        mark = f"{run.id}/{task.name}"  # of every attempt: nothing is left of the one before
        return Premises(
            plan.system,
            Path(plan.folder),
            folder / "control" if control else folder,
            mark=f"{mark}~control" if control else mark,
            where=OF_CONTROL if control else "",
            seed=plan.seed,
            choice=self._orders.choice,
            counted=_counted(plan),
        )


async def _clear(used: Used) -> None:
    copies = [used.premises] if used.control is None else [used.premises, used.control]
    for copy in copies:
        await asyncio.to_thread(shutil.rmtree, copy.folder / WORK, ignore_errors=True)


def _counted(plan: Plan) -> frozenset[str]:
    return frozenset(claim.on for claim in plan.links)


def _asked_for(plan: Plan) -> tuple[object, ...]:
    """Plans for which this is equal can share a system."""
    return plan.system, plan.folder, plan.seed


def _leaves_as_it_was(plan: Plan) -> bool:
    """Nothing is done to a service itself, and of all that its users hand over an audit shows that it is in place.
    What belongs to others is looked at anew each time.
    """
    gentle = all(isinstance(fault.change, SetToxics | TakeDown | MultiplyArrivals) for fault in plan.experiment.faults)
    audits = {name for name, audit in plan.system.audit.items() if audit.of in plan.system.journeys}
    ours = plan.system.project is None and not plan.experiment.control
    return gentle and ours and audits <= plan.experiment.audit.keys()


def _id(name: str) -> str:
    """Of an experiment, from its name in the run: repetitions would ask for the same things again."""
    return name.partition("@")[0]
