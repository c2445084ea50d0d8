"""How what a journal tells of ended, or why it did before its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chaos.experiment.safeguard import Watched


@dataclass(frozen=True, slots=True, kw_only=True)
class CutShort:
    """A claim was refuted for good and no more was wanted: no user came after `at_s`, and all before were done."""

    event: Literal["cut_short"] = "cut_short"
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentBroke:
    """The environment failed, not the app: the verdict is `error`."""

    event: Literal["environment_broke"] = "environment_broke"
    at_s: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """Someone stopped the run; `signal` is the number of the signal, or 0."""

    event: Literal["interrupted"] = "interrupted"
    at_s: float
    signal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeguardTripped:
    """A safeguard was reached: nothing more was done but undoing."""

    event: Literal["safeguard_tripped"] = "safeguard_tripped"
    at_s: float
    safeguard: str
    """As it was written."""
    measured: str
    """As people read it."""
    samples: int
    """Runs; of a probe, answers in a row that were all there."""
    watched: Watched = "journey"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFailed:
    """A bug in Gatecrash itself."""

    event: Literal["tool_failed"] = "tool_failed"
    at_s: float
    traceback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The last event of a run that ended in an orderly way."""

    event: Literal["run_ended"] = "run_ended"
    at_s: float
