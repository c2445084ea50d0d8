"""Faults in and out, one act at a time on one place. What is done, and what it touched, is recorded."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

from chaos.experiment.plan import PlannedFault
from chaos.faults.fault import Place, SetToxics
from chaos.journal import events as e
from chaos.run.places import places_of
from chaos.run.places.place import Injects
from chaos.run.places.targets import Targets
from chaos.run.recorder import Events
from chaos.undo.undo import Undo
from chaos.uninterrupted import to_the_end


class Undoes(Protocol):
    """Where undos are recorded before their acts, and performed."""

    def record(self, undo: Undo) -> None: ...

    async def perform(self, undos: Iterable[Undo]) -> None: ...


class Injector:
    """Every act has a deadline and raises `EnvironmentFailed` when it can't be kept."""

    def __init__(self, targets: Targets, recorder: Events, undoer: Undoes, *, muted: bool = False) -> None:
        self._recorder = recorder
        self._undoer = undoer
        self._places = places_of(targets, muted=muted)
        self._on: dict[str, PlannedFault] = {}
        self._undos: dict[str, Sequence[Undo]] = {}
        """Of those that are on, and of one whose injection failed half-way."""
        self._turns: defaultdict[tuple[Place, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def on(self) -> Sequence[PlannedFault]:
        return tuple(self._on.values())

    async def inject(self, fault: PlannedFault) -> float:
        """Its undos are recorded before. Returns when it was confirmed, on the run's clock."""
        place, clock = self._place(fault), self._recorder.clock
        async with self._turn(fault):
            undos = self._undos[fault.name] = place.undos(fault)
            for undo in undos:
                self._undoer.record(undo)
            issued = clock.now()
            await to_the_end(place.inject(fault))
            injected = clock.now()
            self._recorder.add(e.FaultInjected(at_s=injected, issued_s=issued, fault=fault.name))
            self._on[fault.name] = fault
        return injected

    async def step(self, fault: PlannedFault, number: int, change: SetToxics) -> None:
        """The next step of its ramp.

        What it has touched is read before each step as well, so that each value has a chance to prove it.
        """
        place = self._place(fault)
        async with self._turn(fault):
            self._recorder.add(await self._read(fault))
            await to_the_end(place.step(fault, change))
            self._recorder.add(e.FaultStepped(at_s=self._recorder.clock.now(), fault=fault.name, step=number))

    async def effect(self, fault: PlannedFault) -> e.FaultTookEffect | None:
        """What it has touched so far; not recorded. None: it is on no longer, and its counters went with it."""
        async with self._turn(fault):
            return await self._read(fault) if fault.name in self._on else None

    async def undo(self, fault: PlannedFault) -> e.FaultTookEffect:
        """Returns what it has touched."""
        clock = self._recorder.clock
        async with self._turn(fault):
            effect = await self._read(fault)
            self._recorder.add(effect)
            del self._on[fault.name]
            issued = clock.now()
            await self._place(fault).take_back(fault)
            await self._undoer.perform(self._nobody_elses(fault))
            del self._undos[fault.name]
        self._recorder.add(e.FaultUndone(at_s=clock.now(), issued_s=issued, fault=fault.name))
        return effect

    async def give_up(self, fault: PlannedFault) -> None:
        """Undo what was recorded for a fault whose injection or undoing failed half-way."""
        async with self._turn(fault):
            self._on.pop(fault.name, None)
            await self._undoer.perform(self._nobody_elses(fault))
            self._undos.pop(fault.name, None)

    def _nobody_elses(self, fault: PlannedFault) -> Sequence[Undo]:
        """What two faults share, such as a link that both took down, is undone when the last of them is over."""
        needed = {undo.id for name, undos in self._undos.items() if name != fault.name for undo in undos}
        return [undo for undo in self._undos.get(fault.name, ()) if undo.id not in needed]

    def _place(self, fault: PlannedFault) -> Injects:
        return self._places[fault.entry.place]

    def _turn(self, fault: PlannedFault) -> asyncio.Lock:
        """An undo must not meet the next injection on the same place half-way."""
        return self._turns[fault.entry.place, fault.entry.on]

    async def _read(self, fault: PlannedFault) -> e.FaultTookEffect:
        effect = await self._place(fault).effect(fault)
        return e.FaultTookEffect(
            at_s=self._recorder.clock.now(),
            fault=fault.name,
            connections=effect.connections,
            requests=effect.requests,
            bytes=effect.bytes,
            closes=effect.closes,
            canary=effect.canary,
            link_bytes=effect.carried,
            state=effect.state,
            stopped_ratio=effect.stopped_ratio,
            sent_bytes=effect.sent,
        )
