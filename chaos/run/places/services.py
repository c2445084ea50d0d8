"""Faults of services: the backend that has started them injects them, and touches no others."""

from __future__ import annotations

from typing import cast

from chaos.backends.links import Effect
from chaos.experiment.plan import PlannedFault
from chaos.faults.fault import ServiceChange, SetToxics
from chaos.run.places.targets import Targets
from chaos.undo.undo import Undo


class ServicePlaces:
    """Implements `Injects`."""

    def __init__(self, targets: Targets) -> None:
        self._services = targets.services

    def undos(self, fault: PlannedFault) -> tuple[Undo, ...]:
        return self._services.undos(fault.entry.on, fault.name, _change(fault))

    async def inject(self, fault: PlannedFault) -> None:
        await self._services.inject(fault.entry.on, fault.name, _change(fault))

    async def step(self, fault: PlannedFault, change: SetToxics) -> None:
        """A service has no toxics."""

    async def effect(self, fault: PlannedFault) -> Effect:
        return await self._services.effect(fault.entry.on, fault.name, _change(fault))

    async def take_back(self, fault: PlannedFault) -> None:
        await self._services.take_back(fault.entry.on, fault.name, _change(fault))


def _change(fault: PlannedFault) -> ServiceChange:
    """An entry whose place is a service holds a fault of services: its model has seen to that."""
    return cast(ServiceChange, fault.entry.change)
