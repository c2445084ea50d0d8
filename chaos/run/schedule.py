"""The faults of one experiment, each in and out on its own time."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Sequence

from chaos.experiment.plan import LONGEST_FAULT_S, SHORTEST_FAULT_S, PlannedFault
from chaos.experiment.tolerance import Tolerance
from chaos.faults.fault import Place
from chaos.journal import events as e
from chaos.run.early import until_refuted
from chaos.run.places import places_of
from chaos.run.places.place import Injects
from chaos.run.scene import Scene
from chaos.undo.undo import Undo
from chaos.uninterrupted import first_of, to_the_end
from chaos.verdict.claims import decided
from chaos.verdict.timeline import due_between


class Schedule:
    """Begins when it is made. `run` returns when the last fault is undone."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._began_s = scene.now()
        self._first_s = math.inf
        self._places = places_of(scene)
        self._coming = {fault.name for fault in scene.plan.faults}
        self._on: dict[str, tuple[PlannedFault, tuple[Undo, ...]]] = {}
        self._turns: defaultdict[tuple[Place, str], asyncio.Lock] = defaultdict(asyncio.Lock)
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
        """In and out. One act at a time on one place: an undo must not meet the next injection half-way."""
        scene, place = self._scene, self._places[fault.entry.place]
        turn = self._turns[fault.entry.place, fault.entry.on]
        async with turn:
            undos = place.undos(fault)
            for undo in undos:
                scene.undoer.record(undo)
            issued = scene.now()
            await to_the_end(place.inject(fault))
            injected = scene.now()
            self._first_s = min(self._first_s, injected)
            scene.recorder.add(e.FaultInjected(at_s=injected, issued_s=issued, fault=fault.name))
            self._coming.discard(fault.name)
            self._on[fault.name] = fault, undos
        await self._until_over(fault, injected, last_time=last_time)
        async with turn:
            scene.recorder.add(await self._effect(fault, place))
            del self._on[fault.name]
            undo_issued = scene.now()
            await place.take_back(fault)
            await scene.undoer.perform(self._nobody_elses(undos))
        scene.recorder.add(e.FaultUndone(at_s=scene.now(), issued_s=undo_issued, fault=fault.name))

    def _nobody_elses(self, undos: Sequence[Undo]) -> Sequence[Undo]:
        """What two faults share, such as a link that both took down, is undone when the last of them is over."""
        needed = {undo.id for _, others in self._on.values() for undo in others}
        return [undo for undo in undos if undo.id not in needed]

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
        """Its ramp, and then nothing more: it is for others to say when the fault is over.

        What it has touched is read before each step as well, so that each value has a chance to prove it.
        """
        scene, place = self._scene, self._places[fault.entry.place]
        for number, (after_s, change) in enumerate(fault.entry.steps, start=1):
            await scene.recorder.clock.sleep_until(injected_s + after_s)
            async with self._turns[fault.entry.place, fault.entry.on]:
                scene.recorder.add(await self._effect(fault, place))
                await to_the_end(place.step(fault, change))
                scene.recorder.add(e.FaultStepped(at_s=scene.now(), fault=fault.name, step=number))
        await asyncio.Event().wait()

    async def _until_decided(self, fault: PlannedFault, since_s: float) -> None:
        """A fault without `for` lasts until every claim has its samples, within sensible bounds."""
        await self._scene.recorder.clock.sleep_until(since_s + SHORTEST_FAULT_S)
        claims = [
            tolerance for tolerance in (*self._scene.plan.during, *fault.during) if tolerance.bound.confidence is None
        ]
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
        effects = []
        for fault, _ in tuple(self._on.values()):
            async with self._turns[fault.entry.place, fault.entry.on]:  # a toxic that has gone has no counters any more
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
            state=effect.state,
            stopped_ratio=effect.stopped_ratio,
        )
