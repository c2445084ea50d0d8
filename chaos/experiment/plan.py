"""The plan of one experiment: everything that its run and its verdict depend on, resolved, frozen, and one JSON value.

It is the journal's first event, so a verdict can be derived again without the files that it came from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from chaos.experiment.arrivals import Arrivals
from chaos.experiment.experiment import Experiment, FaultEntry
from chaos.experiment.safeguard import Safeguard
from chaos.experiment.system import System
from chaos.experiment.tolerance import Bounds, Tolerance
from chaos.faults.fault import MultiplyArrivals
from chaos.fields import Scalar

OF_CONTROL = "the copy without the fault: "
"""Stands before what is said of the control's services, proxies and undos."""
SHORTEST_FAULT_S = 2.0
LONGEST_FAULT_S = 30.0
"""A fault without `for` lasts until every claim of `during` has its samples, within these bounds."""

IN_AND_OUT_S = 1.0
"""More than injecting and undoing take while all is well."""
COUNTLESS = 1_000_000
"""Runs of a journey whose clients set the pace."""


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """A fault of the schedule under the name that journal and reports know it by."""

    name: str
    entry: FaultEntry

    @property
    def during(self) -> tuple[Tolerance, ...]:
        """What must hold while this very fault is on."""
        return _flat(self.entry.during)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`id` is unique in a run. `folder` is the system file's, from which its commands' `cwd` is taken."""

    id: str
    file: str
    folder: str
    variant: str | None = None
    vars: Mapping[str, Scalar]
    matrix: Mapping[str, Scalar] = field(default_factory=dict)
    """What tells it from the other experiments of its file."""
    seed: int
    muted: bool = False
    """Everything happens but the faults: the counter-check of an experiment."""
    experiment: Experiment
    system: System

    @property
    def steady_state(self) -> tuple[Tolerance, ...]:
        return _flat(self.experiment.steady_state)

    @property
    def during(self) -> tuple[Tolerance, ...]:
        return _flat(self.experiment.during)

    @property
    def confidence_within(self) -> float | None:
        """How long the faults last at most for claims with a confidence, from the first on; None: there are none."""
        return _confidence_within(self.experiment)

    @property
    def audit(self) -> tuple[Tolerance, ...]:
        return _flat(self.experiment.audit)

    @property
    def safeguards(self) -> tuple[Safeguard, ...]:
        """The system's on probes and on journeys that are made here, then the experiment's own."""
        ours = (each for each in self.system.safeguards if each.probe or each.journey in self.system.journeys)
        return (*ours, *self.experiment.safeguards)

    @property
    def impact(self) -> tuple[Tolerance, ...]:
        return _flat(self.experiment.impact)

    @property
    def links(self) -> tuple[Tolerance, ...]:
        return _flat(self.experiment.links)

    @property
    def detect(self) -> tuple[Tolerance, ...]:
        return self.experiment.detect.tolerances("app") if self.experiment.detect is not None else ()

    @property
    def broken_services(self) -> tuple[str, ...]:
        """Those at the far ends of the links that faults are on."""
        links = {entry.on_link for entry in self.experiment.faults}
        return tuple(sorted({link.to for name, link in self.system.links.items() if name in links}))

    @property
    def probes(self) -> tuple[Tolerance, ...]:
        """The measure is the phase that the bound is for."""
        return _flat(self.experiment.probes)

    @property
    def asked(self) -> tuple[str, ...]:
        """The probes that there are claims of, then those that only a safeguard watches."""
        watched = (each.probe for each in self.safeguards if each.probe is not None)
        return tuple(dict.fromkeys((*self.experiment.probes, *watched)))

    def probed(self, phase: str) -> tuple[Tolerance, ...]:
        """The bounds on probes for `steady_state`, `during` or `recovery`; by default recovery has the first's."""
        own = {tolerance.on: tolerance for tolerance in self.probes if tolerance.measure == phase}
        if phase == "recovery":
            own = {tolerance.on: tolerance for tolerance in self.probed("steady_state")} | own
        return tuple(own.values())

    @property
    def sampling_s(self) -> float:
        """How long the slowest journey of the steady state needs for its samples, or the slowest probe for its answer;
        0 where clients set the pace."""
        rates = [self.system.journeys[name].rate for name in self.experiment.steady_state]
        samples_s = max((self.experiment.samples / rate for rate in rates if rate is not None), default=0.0)
        probes = [self.system.probes[name] for name in self.experiment.probes]
        return max([samples_s, *(probe.every + probe.within for probe in probes)])

    @property
    def broken_s(self) -> float:
        """How long anything is broken at most, first to last."""
        return max(fault.ends(LONGEST_FAULT_S) for fault in self.experiment.faults)

    def most_runs(self, journey: str) -> int:
        """No fewer than can be due while the faults are on."""
        return self._most_due(journey, max(self.broken_s, self.confidence_within or 0.0) + IN_AND_OUT_S)

    def most_runs_while_on(self, fault: PlannedFault, journey: str) -> int:
        """No fewer than can be due while this very fault is on, each time that it comes."""
        lasts = LONGEST_FAULT_S if fault.entry.lasts is None else fault.entry.lasts
        longest = (lasts + IN_AND_OUT_S) * len(fault.entry.starts)
        return self._most_due(journey, longest + (self.confidence_within or 0.0))

    def _most_due(self, journey: str, within_s: float) -> int:
        if self.system.journeys[journey].rate is None:
            return COUNTLESS
        return math.ceil(within_s * self.peak_rate(journey)) + 1

    def peak_rate(self, journey: str) -> float:
        """Arrivals per second when most users come; 0 where clients set the pace."""
        return arrivals_of(self.experiment, journey, self.system.journeys[journey].rate or 0.0).peak_rate

    @property
    def faults(self) -> tuple[PlannedFault, ...]:
        """In file order, each with a name of its own."""
        planned: dict[str, FaultEntry] = {}
        for entry in self.experiment.faults:
            name, number = entry.title, 2
            while name in planned:
                name, number = f"{entry.title} ({number})", number + 1
            planned[name] = entry
        return tuple(PlannedFault(name, entry) for name, entry in planned.items())


def open_end_s(experiment: Experiment, fault: FaultEntry) -> float:
    """How long a fault without `for` lasts at most: it waits for what is claimed of it alone, and for claims of the
    phase; for those with a confidence, the phase does."""
    waits = fault.during or any(each.bound.confidence is None for each in _flat(experiment.during))
    return LONGEST_FAULT_S if waits else SHORTEST_FAULT_S


def arrivals_of(experiment: Experiment, journey: str, rate: float) -> Arrivals:
    """While the faults are on. A surge that is on at the end lasts as long as the phase may wait for confidence."""
    last = max(fault.ends(math.inf) for fault in experiment.faults)
    surges = []
    for fault in experiment.faults:
        times, spans = surge_of(fault, journey), fault.spans(open_end_s(experiment, fault))
        if times > 1:
            if fault.ends(math.inf) == last:
                begin, end = spans[-1]
                spans = (*spans[:-1], (begin, max(end, _confidence_within(experiment) or 0.0)))
            surges.append((times, spans))
    return Arrivals(rate, tuple(surges))


def surge_of(fault: FaultEntry, journey: str) -> float:
    """How many times as often as usual users of that journey come while it is on."""
    change = fault.change if fault.on == journey else None
    return change.times if isinstance(change, MultiplyArrivals) else 1.0


def _confidence_within(experiment: Experiment) -> float | None:
    sure = any(tolerance.bound.confidence is not None for tolerance in _flat(experiment.during))
    return experiment.confidence_within if sure else None


def _flat(bounds: Mapping[str, Bounds]) -> tuple[Tolerance, ...]:
    return tuple(tolerance for on, each in bounds.items() for tolerance in each.tolerances(on))
