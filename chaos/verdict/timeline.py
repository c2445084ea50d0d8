"""A journal sorted out for judging: the plan, the samples by journey, and the moments that bound the phases."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from chaos.errors import EnvironmentFailed
from chaos.experiment.plan import Plan
from chaos.journal import events as e

_due = attrgetter("due_s")


@dataclass(slots=True)
class Timeline:
    """Samples are in the order in which they were due. A moment is None while it has not come."""

    start: e.RunStarted
    samples: Mapping[str, Sequence[e.Sample]] = field(default_factory=dict)
    control: Mapping[str, Sequence[e.Sample]] = field(default_factory=dict)
    """Those of the copy without the fault; they count nowhere but where they are asked for."""
    answers: dict[str, e.AnswerSeen] = field(default_factory=dict)
    phases: dict[str, float] = field(default_factory=dict)
    injected: dict[str, e.FaultInjected] = field(default_factory=dict)
    effects: dict[str, list[e.FaultTookEffect]] = field(default_factory=dict)
    """By fault; a fault that comes and goes has one for each time."""
    undone: dict[str, e.FaultUndone] = field(default_factory=dict)
    """By fault, the last time; while it is on again there is none."""
    on: dict[str, list[tuple[e.FaultInjected, e.FaultUndone | None]]] = field(default_factory=dict)
    """By fault, each time that it was on; without an undo while it is."""
    audits: dict[str, e.AuditTaken] = field(default_factory=dict)
    references: Mapping[str, bool] | None = None
    carried: Mapping[str, int] = field(default_factory=dict)
    counts: list[e.LinksCounted] = field(default_factory=list)
    readings: list[e.ProbeTaken] = field(default_factory=list)
    """In the order in which probes answered."""
    broke: list[e.EnvironmentBroke] = field(default_factory=list)
    cut_short_s: float | None = None
    """When the last user came of a run that stopped at a refuted claim."""
    interrupted: e.Interrupted | None = None
    tripped: e.SafeguardTripped | None = None
    tool_failed: e.ToolFailed | None = None
    undo_failures: list[e.UndoFailed] = field(default_factory=list)
    last_s: float = 0.0
    ended: bool = False

    @property
    def plan(self) -> Plan:
        return self.start.plan

    @property
    def of_control(self) -> Timeline:
        """The same moments, and what the users of the copy without the fault met between them."""
        return replace(self, samples=self.control)

    @property
    def first_injected_s(self) -> float | None:
        return min((event.at_s for event in self.injected.values()), default=None)

    @property
    def last_undo_issued_s(self) -> float | None:
        """None until every fault that was injected is undone."""
        return self._last("issued_s")

    @property
    def last_undone_s(self) -> float | None:
        return self._last("at_s")

    @property
    def traffic_stopped_s(self) -> float:
        """Runs due up to here have all ended."""
        stopped = self.phases.get("audit", self.last_s)
        return stopped if self.cut_short_s is None else self.cut_short_s

    def _last(self, moment: str) -> float | None:
        if not self.injected or self.injected.keys() - self.undone.keys():
            return None
        return max(float(getattr(event, moment)) for event in self.undone.values())

    def due_between(self, journey: str, from_s: float, to_s: float) -> Sequence[e.Sample]:
        """The runs of a journey that were due from `from_s` up to and including `to_s`."""
        return due_between(self.samples.get(journey, ()), from_s, to_s)

    def baseline(self, journey: str) -> Sequence[e.Sample]:
        """The runs due before the first injection that had also ended by then."""
        end = self.first_injected_s
        if end is None:
            return self.samples.get(journey, ())
        return [sample for sample in self.samples.get(journey, ()) if sample.due_s < end and sample.ended_s <= end]

    def boundary(self, journey: str) -> Sequence[e.Sample]:
        """The runs due before the first injection that ended after it."""
        end = self.first_injected_s
        if end is None:
            return ()
        return [sample for sample in self.samples.get(journey, ()) if sample.due_s < end < sample.ended_s]

    def during(self, journey: str) -> Sequence[e.Sample]:
        """The runs due from the first injection confirmed to the last undo issued."""
        if self.first_injected_s is None:
            return ()
        until = self.last_undo_issued_s
        return self.due_between(journey, self.first_injected_s, math.inf if until is None else until)

    @property
    def during_s(self) -> float | None:
        """How long the faults were on; None: they were never all undone."""
        first, last = self.first_injected_s, self.last_undo_issued_s
        return None if first is None or last is None else last - first

    def after(self, journey: str) -> Sequence[e.Sample]:
        """The runs due since the first injection was confirmed: those of the fault phase and of recovery."""
        if self.first_injected_s is None:
            return ()
        return self.due_between(journey, self.first_injected_s, math.inf)

    def while_on(self, fault: str, journey: str) -> Sequence[e.Sample]:
        """The runs due while this fault was on."""
        return [sample for samples, _ in self.times_on(fault, journey) for sample in samples]

    def times_on(self, fault: str, journey: str) -> Iterator[tuple[Sequence[e.Sample], float]]:
        """For each time that it was on, from the injection confirmed to the undo issued: the runs due, and its end."""
        for injected, undone in self.on.get(fault, ()):
            end_s = math.inf if undone is None else undone.issued_s
            yield self.due_between(journey, injected.at_s, end_s), end_s

    def recovery(self, journey: str) -> Sequence[e.Sample]:
        """The runs due after the last undo was confirmed."""
        if self.last_undone_s is None:
            return ()
        return self.due_between(journey, self.last_undone_s, math.inf)


def due_between(samples: Sequence[e.Sample], from_s: float, to_s: float) -> Sequence[e.Sample]:
    return samples[bisect_left(samples, from_s, key=_due) : bisect_right(samples, to_s, key=_due)]


def read_timeline(events: Iterable[e.Event]) -> Timeline:
    """Raises `EnvironmentFailed` when the journal does not begin with a plan (it was cut before anything happened)."""
    stream = iter(events)
    first = next(stream, None)
    if not isinstance(first, e.RunStarted):
        raise EnvironmentFailed("the journal does not begin with a plan; nothing can be derived from it")
    timeline = Timeline(first)
    samples: dict[str, list[e.Sample]] = {name: [] for name in first.plan.system.journeys}
    control: dict[str, list[e.Sample]] = {name: [] for name in samples}
    for event in stream:
        timeline.last_s = max(timeline.last_s, event.at_s if not isinstance(event, e.Sample) else event.ended_s)
        match event:
            case e.Sample():
                samples[event.journey].append(event)
            case e.ControlSample():
                control[event.sample.journey].append(event.sample)
            case e.AnswerSeen():
                timeline.answers[event.fingerprint] = event
            case e.PhaseStarted():
                timeline.phases[event.phase] = event.at_s
            case e.FaultInjected():
                timeline.injected.setdefault(event.fault, event)
                timeline.undone.pop(event.fault, None)
                timeline.on.setdefault(event.fault, []).append((event, None))
            case e.FaultTookEffect():
                timeline.effects.setdefault(event.fault, []).append(event)
            case e.FaultUndone():
                timeline.undone[event.fault] = event
                if times := timeline.on.get(event.fault):
                    times[-1] = (times[-1][0], event)
            case e.AuditTaken():
                timeline.audits[event.audit] = event
            case e.ReferencesLookedUp():
                timeline.references = event.found
            case e.LinksCarried():
                timeline.carried = event.bytes_by_link
            case e.LinksCounted():
                timeline.counts.append(event)
            case e.ProbeTaken():
                timeline.readings.append(event)
            case e.CutShort():
                timeline.cut_short_s = event.at_s
            case e.EnvironmentBroke():
                timeline.broke.append(event)
            case e.Interrupted():
                timeline.interrupted = timeline.interrupted or event
            case e.SafeguardTripped():
                timeline.tripped = timeline.tripped or event
            case e.ToolFailed():
                timeline.tool_failed = event
            case e.UndoFailed():
                timeline.undo_failures.append(event)
            case e.RunEnded():
                timeline.ended = True
            case e.RunStarted() | e.UndoRecorded() | e.UndoDone() | e.FaultStepped():
                pass
            case e.LiveStarted() | e.UsersCame() | e.UsersLeft() | e.FaultChosen() | e.ServiceRestarted():
                pass  # of systems without a plan
    for each in (*samples.values(), *control.values()):
        each.sort(key=_due)
    timeline.samples, timeline.control = samples, control
    return timeline
