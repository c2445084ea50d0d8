"""Everything that happens in a run passes here: into the journal, and into the samples that phases wait on."""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Protocol

from chaos.journal.events import AnswerSeen, ControlSample, Event, ProbeTaken, Sample
from chaos.journal.journal import Journal
from chaos.run.clock import Clock

_due = attrgetter("due_s")
REST = 10
"""After looking at all samples, so many times as long nobody looks again."""
SHORTEST_REST_S = 0.01
"""Nor for this long: thousands of samples come in a second, and each quick look is one too many."""


class Events(Protocol):
    """Where everything that happens is written down."""

    clock: Clock

    def add(self, event: Event) -> object: ...


class Records(Protocol):
    """What visits leave behind, and where: in the journal, or on its way there."""

    clock: Clock

    @property
    def answers(self) -> int:
        """How many kinds of answers are kept."""

    def add(self, event: Sample) -> object: ...

    def knows(self, fingerprint: str) -> bool: ...

    def add_answer(self, seen: AnswerSeen) -> None: ...


class Recorder:
    """Implements `Events` and `Records`. Samples are kept in the order in which they were due. Phases wait for the next
    one instead of polling.
    """

    def __init__(self, journal: Journal, clock: Clock, journeys: Iterable[str]) -> None:
        self.clock = clock
        self._journal = journal
        self._samples: dict[str, list[Sample]] = {name: [] for name in journeys}
        self._control: dict[str, list[Sample]] = {name: [] for name in self._samples}
        self._events: list[Event] = []
        self._readings: list[ProbeTaken] = []
        self._answers: set[str] = set()
        self._references: list[str] = []
        self._count = 0
        self._changed = asyncio.Event()

    @property
    def samples(self) -> Mapping[str, Sequence[Sample]]:
        return self._samples

    @property
    def control(self) -> Mapping[str, Sequence[Sample]]:
        """The samples of the copy without the fault."""
        return self._control

    @property
    def readings(self) -> Sequence[ProbeTaken]:
        """What probes have said, in the order in which they answered."""
        return self._readings

    @property
    def events(self) -> Sequence[Event]:
        """All of them so far, as the journal has them."""
        return self._events

    def add(self, event: Event) -> None:
        self._journal.append(event)
        self._events.append(event)
        if isinstance(event, Sample):
            self._keep(event, self._samples)
        elif isinstance(event, ControlSample):
            self._keep(event.sample, self._control)
        elif isinstance(event, ProbeTaken):
            self._readings.append(event)
            self._changed.set()

    def _keep(self, sample: Sample, among: Mapping[str, list[Sample]]) -> None:
        insort(among[sample.journey], sample, key=_due)
        self._count += 1
        self._changed.set()

    @property
    def answers(self) -> int:
        """How many kinds of answers are kept."""
        return len(self._answers)

    @property
    def references(self) -> Sequence[str]:
        """What the kept answers gave their users to quote."""
        return self._references

    def knows(self, fingerprint: str) -> bool:
        return fingerprint in self._answers

    def add_answer(self, seen: AnswerSeen) -> None:
        self._answers.add(seen.fingerprint)
        if seen.reference is not None:
            self._references.append(seen.reference)
        self.add(seen)

    @property
    def count(self) -> int:
        """How many samples there are, on all copies of the system."""
        return self._count

    async def next_look(self, until_s: float, *, seen: int, took_s: float) -> bool:
        """Waits until it is worth looking at the samples again, after a look that saw so many and took so long: there
        is something new, and no more than a tenth of the time goes into looking. Users leave on time only between two
        looks. False when nothing new came by `until_s`.
        """
        rest_s = max(REST * took_s, SHORTEST_REST_S)
        await asyncio.sleep(max(0.0, min(rest_s, until_s - self.clock.now())))
        return self._count > seen or await self.next_sample(until_s)

    async def next_sample(self, until_s: float) -> bool:
        """Waits for a sample or a probe's answer; False when none came by `until_s`."""
        self._changed.clear()
        try:
            async with asyncio.timeout(max(0.0, until_s - self.clock.now())):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True
