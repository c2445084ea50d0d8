"""The faults of one experiment, each in and out on its own time."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

from chaos.experiment.plan import LONGEST_FAULT_S, SHORTEST_FAULT_S, PlannedFault
from chaos.experiment.tolerance import Tolerance
from chaos.journal import events as e
from chaos.run.early import until_refuted
from chaos.run.places import places_of
from chaos.run.places.place import Injects
from chaos.run.scene import Scene
from chaos.run.uninterrupted import first_of, to_the_end
from chaos.verdict.claims import decided
from chaos.verdict.timeline import due_between


class Schedule:
    """Begins when it is made. `run` returns when the last fault is undone."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._began_s = scene.now()
        self._first_s = math.inf
        self._places = places_of(scene)
        self._coming = len(scene.plan.faults)
        self._on: dict[str, PlannedFault] = {}
        self._ending = {fault.name: asyncio.Lock() for fault in scene.plan.faults}
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
        scene, place = self._scene, self._places[fault.entry.place]
        await scene.recorder.clock.sleep_until(self._began_s + fault.entry.at)
        undos = place.undos(fault)
        for undo in undos:
            scene.undoer.record(undo)
        issued = scene.now()
        await to_the_end(place.inject(fault))
        injected = scene.now()
        self._first_s = min(self._first_s, injected)
        scene.recorder.add(e.FaultInjected(at_s=injected, issued_s=issued, fault=fault.name))
        self._coming -= 1
        self._on[fault.name] = fault
        await self._until_over(fault, injected)
        async with self._ending[fault.name]:
            del self._on[fault.name]
            scene.recorder.add(await self._effect(fault, place))
            undo_issued = scene.now()
            await place.take_back(fault)
            await scene.undoer.perform(undos)
        scene.recorder.add(e.FaultUndone(at_s=scene.now(), issued_s=undo_issued, fault=fault.name))

    async def _until_over(self, fault: PlannedFault, injected_s: float) -> None:
        """Its time is over, or the whole schedule is cut short."""
        lasts, clock = fault.entry.lasts, self._scene.recorder.clock
        over = self._until_decided(injected_s) if lasts is None else clock.sleep_until(injected_s + lasts)
        await first_of(over, self._cut_short.wait())
        within = self._scene.plan.confidence_within
        if within is not None and self._is_last(fault):
            await first_of(self._until_sure(self._first_s + within), self._cut_short.wait())

    def _is_last(self, fault: PlannedFault) -> bool:
        """No other fault is planned to end later than this one."""
        ends = [
            math.inf if each.entry.lasts is None else each.entry.at + each.entry.lasts
            for each in self._scene.plan.faults
        ]
        lasts = fault.entry.lasts
        return lasts is None or fault.entry.at + lasts >= max(ends)

    async def _until_sure(self, latest_s: float) -> None:
        """Until the claims that must be shown with confidence are decided over the whole phase so far."""
        scene = self._scene
        sure = [tolerance for tolerance in scene.plan.during if tolerance.bound.confidence is not None]
        await self._until_all_decided(sure, since_s=self._first_s, latest_s=latest_s)

    async def _until_decided(self, since_s: float) -> None:
        """A fault without `for` lasts until every claim has its samples, within sensible bounds."""
        await self._scene.recorder.clock.sleep_until(since_s + SHORTEST_FAULT_S)
        claims = [tolerance for tolerance in self._scene.plan.during if tolerance.bound.confidence is None]
        await self._until_all_decided(claims, since_s=since_s, latest_s=since_s + LONGEST_FAULT_S)

    async def _until_all_decided(self, claims: Sequence[Tolerance], *, since_s: float, latest_s: float) -> None:
        """By the samples of runs that were due since then."""
        scene = self._scene
        needed = scene.plan.experiment.samples
        while scene.now() < latest_s:
            undecided = [
                tolerance
                for tolerance in claims
                if not decided(
                    tolerance,
                    due_between(scene.recorder.samples[tolerance.on], since_s, math.inf),
                    needed=needed,
                    over_s=scene.now() - since_s,
                )
            ]
            if not undecided or not await scene.recorder.next_sample(latest_s):
                return

    async def _watch(self) -> None:
        await until_refuted(self._scene, self._effects_so_far)
        self._cut_short.set()

    async def _effects_so_far(self) -> Sequence[e.FaultTookEffect] | None:
        """Of the faults that are on. None while one is still to come: what was never injected can't be proven."""
        if self._coming:
            return None
        effects = []
        for fault in tuple(self._on.values()):
            async with self._ending[fault.name]:  # a toxic that has just gone has no counters any more
                if fault.name in self._on:
                    effects.append(await self._effect(fault, self._places[fault.entry.place]))
        return None if len(effects) < len(self._on) else effects

    async def _effect(self, fault: PlannedFault, place: Injects) -> e.FaultTookEffect:
        effect = await place.effect(fault)
        return e.FaultTookEffect(
            at_s=self._scene.now(),
            fault=fault.name,
            connections=effect.connections,
            requests=effect.requests,
            bytes=effect.bytes,
            closes=effect.closes,
            canary=effect.canary,
            link_bytes=effect.carried,
        )
