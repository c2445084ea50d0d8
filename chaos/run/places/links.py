"""Faults of links: the backend injects them, and the recorded undos put the links right again."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from chaos.backends.links import Effect
from chaos.experiment.plan import PlannedFault
from chaos.faults.fault import LinkChange, SetToxics
from chaos.run.places.targets import Targets
from chaos.undo.undo import Undo


class LinkPlaces:
    """Implements `Injects`."""

    def __init__(self, targets: Targets) -> None:
        self._links = targets.links
        self._carried_before: dict[str, int] = {}

    def undos(self, fault: PlannedFault) -> tuple[Undo, ...]:
        return self._links.undos(fault.entry.on, fault.name, _change(fault))

    async def inject(self, fault: PlannedFault) -> None:
        link = fault.entry.on
        self._carried_before[fault.name] = (await self._links.carried())[link]
        await self._links.inject(link, fault.name, _change(fault), fault.entry.share)

    async def step(self, fault: PlannedFault, change: SetToxics) -> None:
        await self._links.alter(fault.entry.on, fault.name, change)

    async def effect(self, fault: PlannedFault) -> Effect:
        link = fault.entry.on
        effect = await self._links.effect(link, fault.name, _change(fault))
        carried = (await self._links.carried())[link]
        return replace(effect, carried=carried - self._carried_before[fault.name])

    async def take_back(self, fault: PlannedFault) -> None:
        """Nothing of it lives in the runner."""


def _change(fault: PlannedFault) -> LinkChange:
    """An entry whose place is a link holds a fault of links: its model has seen to that."""
    return cast(LinkChange, fault.entry.change)
