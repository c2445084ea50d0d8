"""What the phases of one experiment share: its plan, its system, its traffic, and where all is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chaos.backends.links import Links
from chaos.experiment.plan import Plan
from chaos.journal.events import Sample
from chaos.run.recorder import Recorder
from chaos.run.undoer import Undoer
from chaos.system.addresses import Addresses
from chaos.system.running import RunningSystem
from chaos.traffic.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Users:
    """Those of one copy of the system, and what became of their runs so far, by journey in due order."""

    traffic: Traffic
    samples: Mapping[str, Sequence[Sample]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    plan: Plan
    addresses: Addresses
    services: RunningSystem
    links: Links
    traffic: Traffic
    recorder: Recorder
    undoer: Undoer
    control: Users | None = None
    """Of the copy without the fault."""
    stop_when_refuted: bool = False
    """Stop as soon as the verdict can only be `failed`."""

    @property
    def users(self) -> Users:
        """Of the system under fault."""
        return Users(self.traffic, self.recorder.samples)

    @property
    def everyone(self) -> Sequence[Users]:
        """On all copies, those of the system under fault first."""
        return [self.users] if self.control is None else [self.users, self.control]

    def now(self) -> float:
        return self.recorder.clock.now()
