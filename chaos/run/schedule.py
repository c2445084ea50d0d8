"""The faults of one experiment, each in and out on its own time."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

from chaos.experiment.plan import LONGEST_FAULT_S, SHORTEST_FAULT_S, PlannedFault
from chaos.experiment.tolerance import Tolerance
from chaos.journal import events as e
from chaos.run.early import until_refuted
from chaos.run.injector import Injector
from chaos.run.scene import Scene
from chaos.uninterrupted import first_of
from chaos.verdict.beside import decided
from chaos.verdict.timeline import due_between


class Schedule:
    """Begins when it is made. `run` returns when the last fault is undone."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._began_s = scene.now()
        self._first_s = math.inf
        self._injector = Injector(scene, scene.recorder, scene.undoer, muted=scene.plan.muted)
        self._coming = {fault.name for fault in scene.plan.faults}
        self._cut_short = asyncio.Event()

    async def run(self) -> bool:
        """False when it was cut short: a claim was refuted for good, and no more was wanted."""
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(self._watch()) if self._scene.stop_when_refuted else None
            async with asyncio.TaskGroup() as faults:
                for fault in self._scene.plan.faults:
                    faults.create_task(self._one(fault))
            if watch is not None:
                watch.cancel()
        return not self._cut_short.is_set()

    async def _one(self, fault: PlannedFault) -> None:
        """Each time that it comes."""
        clock = self._scene.recorder.clock
        for number, start in enumerate(fault.entry.starts, start=1):
            await first_of(clock.sleep_until(self._began_s + start), self._cut_short.wait())
            if self._cut_short.is_set():
                return
            await self._once(fault, last_time=number == len(fault.entry.starts))

    async def _once(self, fault: PlannedFault, *, last_time: bool) -> None:
        """In and out."""
        injected = await self._injector.inject(fault)
        self._first_s = min(self._first_s, injected)
        self._coming.discard(fault.name)
        await self._until_over(fault, injected, last_time=last_time)
        await self._injector.undo(fault)

    async def _until_over(self, fault: PlannedFault, injected_s: float, *, last_time: bool) -> None:
        """Its time is over, or the whole schedule is cut short."""
        lasts, clock = fault.entry.lasts, self._scene.recorder.clock
        over = self._until_decided(fault, injected_s) if lasts is None else clock.sleep_until(injected_s + lasts)
        await first_of(over, self._cut_short.wait(), self._all_steps(fault, injected_s))
        within = self._scene.plan.confidence_within
        if within is not None and last_time and self._is_last(fault):
            await first_of(self._until_sure(self._first_s + within), self._cut_short.wait())

    def _is_last(self, fault: PlannedFault) -> bool:
        """No other fault is planned to end later than this one."""
        return fault.entry.ends(math.inf) >= max(each.entry.ends(math.inf) for each in self._scene.plan.faults)

    async def _until_sure(self, latest_s: float) -> None:
        """Until the claims that must be shown with confidence are decided over the whole phase so far."""
        scene = self._scene
        sure = [tolerance for tolerance in scene.plan.during if tolerance.bound.confidence is not None]
        await self._until_all_decided(sure, since_s=self._first_s, latest_s=latest_s)

    async def _all_steps(self, fault: PlannedFault, injected_s: float) -> None:
        """Its ramp, and then nothing more: it is for others to say when the fault is over."""
        for number, (after_s, change) in enumerate(fault.entry.steps, start=1):
            await self._scene.recorder.clock.sleep_until(injected_s + after_s)
            await self._injector.step(fault, number, change)
        await asyncio.Event().wait()

    async def _until_decided(self, fault: PlannedFault, since_s: float) -> None:
        """A fault without `for` lasts until every claim has its samples, and its own their confidence, within sensible
        bounds. The phase's wait for theirs later, over all faults.
        """
        await self._scene.recorder.clock.sleep_until(since_s + SHORTEST_FAULT_S)
        of_the_phase = [tolerance for tolerance in self._scene.plan.during if tolerance.bound.confidence is None]
        claims = [*of_the_phase, *fault.during]
        await self._until_all_decided(claims, since_s=since_s, latest_s=since_s + LONGEST_FAULT_S)

    async def _until_all_decided(self, claims: Sequence[Tolerance], *, since_s: float, latest_s: float) -> None:
        """By the samples of runs that were due since then."""
        scene = self._scene
        needed = scene.plan.experiment.samples
        while scene.now() < latest_s:
            began_s, seen = scene.now(), scene.recorder.count
            undecided = [
                tolerance
                for tolerance in claims
                if not decided(
                    tolerance,
                    due_between(scene.recorder.samples[tolerance.on], since_s, math.inf),
                    due_between(scene.recorder.control[tolerance.on], since_s, math.inf),
                    needed=needed,
                    over_s=scene.now() - since_s,
                )
            ]
            took_s = scene.now() - began_s
            if not undecided or not await scene.recorder.next_look(latest_s, seen=seen, took_s=took_s):
                return

    async def _watch(self) -> None:
        await until_refuted(self._scene, self._effects_so_far)
        self._cut_short.set()

    async def _effects_so_far(self) -> Sequence[e.FaultTookEffect] | None:
        """Of the faults that are on. None while one is still to come: what was never injected can't be proven."""
        if self._coming:
            return None
        read = [await self._injector.effect(fault) for fault in self._injector.on]
        effects = [effect for effect in read if effect is not None]
        return None if len(effects) < len(self._injector.on) else effects
