"""Faults of journeys: they change what the runner's own users do."""

from __future__ import annotations

from chaos.backends.links import Effect
from chaos.experiment.plan import PlannedFault
from chaos.faults.fault import MultiplyArrivals, SetToxics
from chaos.run.places.targets import Targets
from chaos.undo.undo import Undo


class Journeys:
    """Implements `Injects`. Users are the runner's own: they are gone when it is, so there is nothing to record."""

    def __init__(self, targets: Targets) -> None:
        self._traffic = targets.traffic

    def undos(self, fault: PlannedFault) -> tuple[Undo, ...]:  # noqa: ARG002
        return ()

    async def inject(self, fault: PlannedFault) -> None:
        change = fault.entry.change
        if isinstance(change, MultiplyArrivals):
            self._traffic.multiply(fault.entry.on, fault.name, change.times)

    async def step(self, fault: PlannedFault, change: SetToxics) -> None:
        """A journey has no toxics."""

    async def effect(self, fault: PlannedFault) -> Effect:  # noqa: ARG002
        """There is no counter to read: the judge counts the samples that left meanwhile."""
        return Effect()

    async def take_back(self, fault: PlannedFault) -> None:
        if isinstance(fault.entry.change, MultiplyArrivals):
            self._traffic.multiply(fault.entry.on, fault.name, 1.0)
