"""What users got over a stretch of time, for as long as it goes on: shares, percentiles, answers, waits for more."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Final

from chaos.errors import NothingSeen
from chaos.journal.events import AnswerSeen, Sample
from chaos.measures import MEASURES
from chaos.units import format_duration, format_share

_due = attrgetter("due_s")
MOST_KEPT: Final = 100_000
"""Samples of the same users; the oldest go."""
WITHIN_S: Final = 30.0
WINDOW: Final = 20
"""Runs by which it is told whether users are served again."""


class Kept:
    """The samples of some users. `finished_s`: every run due up to then has ended."""

    def __init__(self, now: Callable[[], float], seen: Mapping[str, AnswerSeen]) -> None:
        self.now = now
        self.seen = seen
        self.finished_s: Callable[[], float] = now
        self._samples: list[Sample] = []
        self._changed = asyncio.Event()

    def add(self, sample: Sample) -> None:
        insort(self._samples, sample, key=_due)
        if len(self._samples) >= 2 * MOST_KEPT:
            del self._samples[:MOST_KEPT]
        self._changed.set()

    def finished(self, from_s: float) -> Sequence[Sample]:
        """Of the runs due since then, those before the first that is still under way, in the order in which they were
        due: what merely ended first would make a service that hangs look well.
        """
        start = bisect_left(self._samples, from_s, key=_due)
        return self._samples[start : bisect_right(self._samples, self.finished_s(), key=_due)]

    def due(self, from_s: float) -> Sequence[Sample]:
        """Of the runs due since then, all that have ended."""
        return self._samples[bisect_left(self._samples, from_s, key=_due) :]

    async def changed(self) -> None:
        """Until there is one more."""
        self._changed.clear()
        await self._changed.wait()


class Stretch:
    """Of the runs that were due since `from_s`, on the system's clock. Figures are those of an experiment's claims, and
    raise `NothingSeen` while no run has ended.
    """

    def __init__(self, kept: Kept, from_s: float) -> None:
        self._kept = kept
        self.from_s = from_s

    @property
    def samples(self) -> Sequence[Sample]:
        """In the order in which they were due, up to the first that is still under way."""
        return self._kept.finished(self.from_s)

    @property
    def count(self) -> int:
        return len(self.samples)

    @property
    def answers(self) -> tuple[AnswerSeen, ...]:
        """One of each kind that was not served, in the order in which they were first seen."""
        kinds = dict.fromkeys(sample.answer for sample in self.samples)
        return tuple(self._kept.seen[kind] for kind in kinds if kind is not None and kind in self._kept.seen)

    def figure(self, measure: str) -> float:
        """`measure` is a key of `MEASURES`: a share from 0 to 1, or seconds."""
        samples = self.samples
        if not samples:
            raise NothingSeen(f"no user has come and gone yet, so there is no {measure}; wait with until(count=...)")
        return MEASURES[measure].figure(samples)

    def from_now(self) -> Stretch:
        """A stretch that begins now."""
        return Stretch(self._kept, self._kept.now())

    async def until(self, *, count: int, within_s: float = WITHIN_S) -> None:
        """Wait until so many runs have ended. Raises `NothingSeen` when they have not in time."""
        try:
            async with asyncio.timeout(within_s):
                while self.count < count:
                    await self._kept.changed()
        except TimeoutError:
            waited = format_duration(within_s)
            raise NothingSeen(f"{self.count} runs had ended within {waited}; {count} were waited for") from None

    async def until_served(self, *, share: float = 0.99, of: int = WINDOW, within_s: float = WITHIN_S) -> float:
        """Wait until that share of the newest `of` runs was served, and say how many seconds after the beginning of the
        stretch the first of them was due. Raises `NothingSeen` when they are not in time.
        """
        try:
            async with asyncio.timeout(within_s):
                while True:
                    newest = self.samples[-of:]
                    if len(newest) == of and MEASURES["served"].figure(newest) >= share:
                        return float(newest[0].due_s - self.from_s)
                    await self._kept.changed()
        except TimeoutError:
            wanted = f"{format_share(share)} of {of} runs in a row"
            raise NothingSeen(f"{wanted} were not served within {format_duration(within_s)}") from None
