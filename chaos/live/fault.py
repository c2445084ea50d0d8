"""One fault on a live system, from its injection to its undo."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

from chaos.errors import ChaosError
from chaos.experiment.plan import PlannedFault
from chaos.journal.events import FaultTookEffect
from chaos.live.witness import Witness
from chaos.run.clock import Clock
from chaos.run.injector import Injector
from chaos.run.uninterrupted import first_of, to_the_end
from chaos.verdict.proof import best, proof_of
from chaos.verdict.verdict import Proof


class LiveFault:
    """It lasts until it is undone, or as its entry says: `for` so long, `every` so often, with a `ramp`. Whatever goes
    wrong, what was recorded for it is undone.
    """

    def __init__(self, planned: PlannedFault, injector: Injector, clock: Clock, witness: Witness) -> None:
        self.planned = planned
        self._injector = injector
        self._clock = clock
        self._witness = witness
        self._carried: Mapping[str, int] = {}
        self._injected_s = 0.0
        self._proofs: list[Proof] = []
        self._last: FaultTookEffect | None = None
        self._in_force = asyncio.Event()
        self._over = asyncio.Event()
        self._course: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self.planned.name

    @property
    def undone(self) -> bool:
        """It is off, and will not come again."""
        return self._course is None or self._course.done()

    async def begin(self) -> None:
        """Returns when it is in force for the first time. Raises `EnvironmentFailed` when it could not be injected."""
        self._course = asyncio.create_task(self._come_and_go())
        try:
            await first_of(self._in_force.wait(), self._until_undone(self._course))
        except asyncio.CancelledError:
            self._over.set()
            with contextlib.suppress(ChaosError):  # whoever wanted to know is gone
                await to_the_end(self._until_undone(self._course))
            raise

    async def undo(self) -> None:
        """Returns when all is as it was. Harmless when it is. Raises what went wrong while it was on."""
        self._over.set()
        if self._course is not None:
            await self._until_undone(self._course)

    async def effect(self) -> FaultTookEffect | None:
        """What it has touched so far, or had the last time that it was on; None: nothing is known of that."""
        return await self._injector.effect(self.planned) or self._last

    async def proof(self) -> Proof:
        """Whether it provably met somebody, and by what one knows."""
        effect = await self._injector.effect(self.planned)
        proofs = [*self._proofs, *([] if effect is None else [self._prove(effect)])]
        return best(proofs) if proofs else Proof(fault=self.name, acted=False, evidence="it was never injected")

    async def _come_and_go(self) -> None:
        entry, began_s = self.planned.entry, self._clock.now()
        for start_s in entry.starts:
            await first_of(self._clock.sleep_until(began_s + start_s), self._over.wait())
            if self._over.is_set():
                return
            try:
                await self._once()
            except BaseException:
                await to_the_end(self._injector.give_up(self.planned))
                raise

    async def _once(self) -> None:
        self._carried = await self._witness.carried()
        self._injected_s = await self._injector.inject(self.planned)
        self._in_force.set()
        try:
            await first_of(self._until_over(), self._over.wait(), self._all_steps())
        finally:
            self._last = await self._injector.undo(self.planned)
            self._proofs.append(self._prove(self._last))

    async def _until_over(self) -> None:
        if self.planned.entry.lasts is None:
            await asyncio.Event().wait()
        else:
            await self._clock.sleep_until(self._injected_s + self.planned.entry.lasts)

    async def _all_steps(self) -> None:
        for number, (after_s, change) in enumerate(self.planned.entry.steps, start=1):
            await self._clock.sleep_until(self._injected_s + after_s)
            await self._injector.step(self.planned, number, change)
        await asyncio.Event().wait()

    def _prove(self, effect: FaultTookEffect) -> Proof:
        known = self._witness.circumstances(self.planned, self._carried, self._injected_s)
        return proof_of(self.planned, effect, known)

    @staticmethod
    async def _until_undone(course: asyncio.Task[None]) -> None:
        await asyncio.shield(course)
