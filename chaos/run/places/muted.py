"""A muted plan: the same schedule, and nothing happens."""

from __future__ import annotations

from chaos.backends.links import Effect
from chaos.experiment.plan import PlannedFault
from chaos.faults.fault import SetToxics
from chaos.undo.undo import Undo


class Muted:
    """Implements `Injects`."""

    def undos(self, fault: PlannedFault) -> tuple[Undo, ...]:  # noqa: ARG002
        return ()

    async def inject(self, fault: PlannedFault) -> None:
        """Not injected, on purpose."""

    async def step(self, fault: PlannedFault, change: SetToxics) -> None:
        """Nothing was injected."""

    async def effect(self, fault: PlannedFault) -> Effect:  # noqa: ARG002
        return Effect()

    async def take_back(self, fault: PlannedFault) -> None:
        """Nothing was injected."""
