"""The stretches of an experiment in which runs are judged, as long as they can be, and how they can be made longer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chaos.experiment.arrivals import Arrivals, Span
from chaos.experiment.experiment import Experiment, FaultEntry
from chaos.experiment.plan import open_end_s, surge_of

_A_BIT: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """`key` says how long each of the spans lasts, now `lasts_s`; `fault` is what it makes longer, if anything."""

    spans: Sequence[Span]
    key: str
    lasts_s: float
    fault: FaultEntry | None = None

    @property
    def length_s(self) -> float:
        return sum(end - start for start, end in self.spans)

    def what_would_do(self, journey: str, arrivals: Arrivals, needed: int) -> str:
        """For so many runs of the journey to be due, where now fewer are."""
        expected = arrivals.expected(self.spans)
        coming = arrivals.rate * (surge_of(self.fault, journey) if self.fault is not None else 1.0)
        seconds = self.lasts_s + (needed - expected) / coming / len(self.spans)
        per_s = math.ceil(arrivals.rate * needed / expected - _A_BIT)
        longer = written_s(math.ceil(seconds * 10 - _A_BIT) / 10)
        return f"make `{self.key}` at least {longer}, or its rate at least {per_s}/s"


def baseline_of(experiment: Experiment) -> Stretch:
    within = experiment.baseline.within
    return Stretch(spans=[(0.0, within)], key="baseline.within", lasts_s=within)


def phase_of(experiment: Experiment, *, sure: bool) -> Stretch:
    """All that is broken, from first to last; `sure`: for claims that it waits for, as they have a confidence."""
    fault = max(experiment.faults, key=lambda each: each.ends(open_end_s(experiment, each)))
    length_s, within = fault.ends(open_end_s(experiment, fault)), experiment.confidence_within
    if sure and within > length_s:
        return Stretch(spans=[(0.0, within)], key="confidence_within", lasts_s=within, fault=fault)
    return Stretch(spans=[(0.0, length_s)], key="for", lasts_s=length_s - fault.starts[-1], fault=fault)


def time_of(experiment: Experiment, fault: FaultEntry) -> Stretch:
    """All times of this very fault."""
    lasts_s = open_end_s(experiment, fault) if fault.lasts is None else fault.lasts
    return Stretch(spans=fault.spans(lasts_s), key="for", lasts_s=lasts_s, fault=fault)


def written_s(seconds: float) -> str:
    """As it can be written into a file."""
    return f"{round(seconds, 3):g}s" if seconds >= 1 else f"{round(seconds * 1000, 3):g}ms"
