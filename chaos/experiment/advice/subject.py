"""What is looked at: files that could be planned, as models and with their places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document
from chaos.experiment.plan import Plan
from chaos.experiment.safeguard import Safeguard
from chaos.experiment.system import System


@dataclass(frozen=True, slots=True)
class SystemFile:
    """`document` is as it was read: vars are put into `system` alone."""

    document: Document
    system: System

    @property
    def safeguards(self) -> Sequence[Safeguard]:
        return self.system.safeguards

    def peak_rate(self, journey: str) -> float:  # noqa: ARG002
        """An experiment may let any number come."""
        return math.inf


@dataclass(frozen=True, slots=True)
class ExperimentFile:
    """`today` decides what has expired. Its system has only the journeys that this experiment makes."""

    document: Document
    plan: Plan
    today: date

    @property
    def experiment(self) -> Experiment:
        return self.plan.experiment

    @property
    def system(self) -> System:
        return self.plan.system

    @property
    def safeguards(self) -> Sequence[Safeguard]:
        """Those that stand in this file."""
        return self.experiment.safeguards

    def peak_rate(self, journey: str) -> float:
        """Arrivals per second when most users come; endless where clients set the pace."""
        return self.plan.peak_rate(journey) or math.inf


AnyFile = SystemFile | ExperimentFile
