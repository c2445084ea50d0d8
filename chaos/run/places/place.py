"""What the schedule asks of a kind of place where faults happen."""

from __future__ import annotations

from typing import Protocol

from chaos.backends.links import Effect
from chaos.experiment.plan import PlannedFault
from chaos.faults.fault import SetToxics
from chaos.undo.undo import Undo


class Injects(Protocol):
    """Every call has a deadline and raises `EnvironmentFailed` when it can't be kept."""

    def undos(self, fault: PlannedFault) -> tuple[Undo, ...]:
        """What must be undone although the runner may be gone: known, and recorded, before the fault is injected."""

    async def inject(self, fault: PlannedFault) -> None:
        """Returns when the fault is in force."""

    async def step(self, fault: PlannedFault, change: SetToxics) -> None:
        """The next step of its ramp; only faults of links have one."""

    async def effect(self, fault: PlannedFault) -> Effect:
        """What it has touched so far. To be read before it is taken back."""

    async def take_back(self, fault: PlannedFault) -> None:
        """Whatever of it lives in the runner alone. The recorded undos are performed after that."""
