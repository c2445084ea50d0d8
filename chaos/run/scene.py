"""What the phases of one experiment share: its plan, its system, its traffic, and where all is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from chaos.backends.links import Links
from chaos.backends.services import Services
from chaos.experiment.plan import Plan
from chaos.run.recorder import Recorder
from chaos.run.undoer import Undoer
from chaos.system.addresses import Addresses
from chaos.traffic.traffic import Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    plan: Plan
    addresses: Addresses
    services: Services
    links: Links
    traffic: Traffic
    recorder: Recorder
    undoer: Undoer
    stop_when_refuted: bool = False
    """Stop as soon as the verdict can only be `failed`."""

    def now(self) -> float:
        return self.recorder.clock.now()
