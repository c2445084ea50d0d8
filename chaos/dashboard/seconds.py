"""What happened in each of the last seconds: how users fared, what links carried, what outsiders reported.

A run belongs to the second in which it was due, as everywhere: a second that is long past may still change.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from chaos.backends.links import Count
from chaos.journal.events import Sample
from chaos.measures import MEASURES
from chaos.rules.story import Outcome
from chaos.verdict.busy import LATE_S, is_late

KEPT_S: Final = 600
"""Seconds that are remembered."""
_OUTCOMES: Final[tuple[Outcome, ...]] = ("served", "degraded", "broken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fared:
    """The users of one journey who were due in one second."""

    served: int
    degraded: int
    broken: int
    p50_s: float
    p95_s: float
    p99_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one link did, on average since it was looked at before. `requests_per_s`: of HTTP; None: not all that came
    could be read.
    """

    connections_per_s: float
    requests_per_s: float | None
    bytes_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Of one audit, since the system stands: items that were acknowledged, and how many of these are stored."""

    acknowledged: int
    stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """`at_s` is when it began. What was not looked at in it is left out. `all` are the users of all journeys, `late`
    those of them whom this machine was too busy to send when they were due."""

    at_s: int
    all: Fared | None
    late: int
    journeys: Mapping[str, Fared]
    links: Mapping[str, Carried]
    kept: Mapping[str, Kept]
    reports: int


@dataclass(slots=True)
class _Filling:
    version: int = 0
    due: defaultdict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    fared: dict[str, Fared] = field(default_factory=dict)
    all: Fared | None = None
    """Worked out when somebody asks, until the next sample."""
    links: Mapping[str, Carried] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    reports: int = 0


class Seconds:
    """Every change carries the version that it makes; `since` gives what has changed after one."""

    def __init__(self) -> None:
        self._filling: dict[int, _Filling] = {}
        self._counters: tuple[float, Mapping[str, Count], Mapping[str, int]] | None = None

    def add(self, sample: Sample, version: int) -> None:
        second = self._at(sample.due_s, version)
        second.due[sample.journey].append(sample)
        second.fared.pop(sample.journey, None)
        second.all = None

    def report(self, at_s: float, version: int) -> None:
        """Somebody told others that something is wrong."""
        self._at(at_s, version).reports += 1

    def count(self, at_s: float, counts: Mapping[str, Count], carried: Mapping[str, int], version: int) -> None:
        """The links' counters, which only ever grow; the first time there is nothing to compare them with."""
        before, self._counters = self._counters, (at_s, counts, carried)
        if before is None or at_s <= before[0]:
            return
        over_s = at_s - before[0]
        self._at(at_s, version).links = {
            link: Carried(
                connections_per_s=max(0, count.connections - then.connections) / over_s,
                requests_per_s=_grown(then.requests, count.requests, over_s),
                bytes_per_s=max(0, carried[link] - before[2].get(link, 0)) / over_s,
            )
            for link, count in counts.items()
            if (then := before[1].get(link)) is not None
        }

    def keep(self, at_s: float, audit: str, kept: Kept, version: int) -> None:
        self._at(at_s, version).kept[audit] = kept

    def since(self, version: int) -> tuple[Second, ...]:
        """Oldest first."""
        changed = sorted(at_s for at_s, each in self._filling.items() if each.version > version)
        return tuple(_second(at_s, self._filling[at_s]) for at_s in changed)

    def due_between(self, from_s: float, to_s: float) -> Mapping[str, tuple[Sample, ...]]:
        """By journey: the runs that were due then, as far as they are remembered and have ended."""
        found: defaultdict[str, list[Sample]] = defaultdict(list)
        for at_s in range(math.floor(from_s), math.ceil(to_s)):
            for journey, samples in self._due(at_s).items():
                found[journey] += (each for each in samples if from_s <= each.due_s < to_s)
        return {journey: tuple(samples) for journey, samples in found.items()}

    def _due(self, at_s: int) -> Mapping[str, Iterable[Sample]]:
        filling = self._filling.get(at_s)
        return {} if filling is None else filling.due

    def _at(self, at_s: float, version: int) -> _Filling:
        second = math.floor(at_s)
        if second not in self._filling:
            self._filling[second] = _Filling()
            for old in [each for each in self._filling if each < second - KEPT_S]:
                del self._filling[old]
        self._filling[second].version = version
        return self._filling[second]


def _grown(before: int | None, now: int | None, over_s: float) -> float | None:
    return None if before is None or now is None else max(0, now - before) / over_s


def _second(at_s: int, filling: _Filling) -> Second:
    for journey, samples in filling.due.items():
        if journey not in filling.fared:
            filling.fared[journey] = _fared(samples)
    if filling.all is None and filling.due:
        filling.all = _fared(chain.from_iterable(filling.due.values()))
    return Second(
        at_s=at_s,
        all=filling.all,
        late=sum(is_late(sample, LATE_S) for samples in filling.due.values() for sample in samples),
        journeys=dict(filling.fared),
        links=filling.links,
        kept=dict(filling.kept),
        reports=filling.reports,
    )


def _fared(samples: Iterable[Sample]) -> Fared:
    due = list(samples)
    count = {outcome: sum(sample.outcome == outcome for sample in due) for outcome in _OUTCOMES}
    p50, p95, p99 = (MEASURES[name].figure(due) for name in ("p50", "p95", "p99"))
    return Fared(**count, p50_s=p50, p95_s=p95, p99_s=p99)
