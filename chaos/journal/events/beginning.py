"""How a journal begins, and the phases of what it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chaos.experiment.plan import Plan
from chaos.experiment.system import System
from chaos.fields import Scalar

Phase = Literal["baseline", "fault", "recovery", "audit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The first event: the whole plan, and what is needed to read the rest years later."""

    event: Literal["run_started"] = "run_started"
    at_s: float
    plan: Plan
    gatecrash: str
    rules: str
    """Version of the rule pack."""
    python: str
    wall_time: str
    """ISO 8601, UTC: what the wall clock said at `at_s`."""
    attempt: int = 1
    """Counts the tries of this experiment in its run from 1; those before this one were inconclusive."""
    repetition: int = 1
    """Counts the runs of this experiment that were asked for, from 1."""
    served: tuple[str, ...] = ()
    """What this very copy of the system was used for before, by the names of experiments in the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStarted:
    """The first event of a live system, which has no plan: what it is, and what is needed to read the rest later."""

    event: Literal["live_started"] = "live_started"
    at_s: float
    system: System
    vars: Mapping[str, Scalar]
    variant: str | None = None
    seed: int
    gatecrash: str
    rules: str
    """Version of the rule pack."""
    python: str
    wall_time: str
    """ISO 8601, UTC: what the wall clock said at `at_s`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStarted:
    event: Literal["phase_started"] = "phase_started"
    at_s: float
    phase: Phase
