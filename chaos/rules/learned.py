"""Learning what good answers of one step are like, while nothing is wrong."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from statistics import median
from typing import Final

from chaos.journeys.answer import Answer
from chaos.rules.counts import counts_of
from chaos.rules.reading import Reading
from chaos.rules.rule import Learned
from chaos.rules.wordlist import Words

FEWEST: Final = 5
"""Good answers that must have been seen before anything is known."""
_WIDEST_SPREAD: Final = 2.0
_LATEST: Final = 200


class Learner:
    """Of one step of a journey. What differs from user to user by itself is not learned.

    A count is known when every good answer had it, never 0, and the highest was at most twice the lowest. The title is
    known when all had the same.
    """

    def __init__(self, words: Words | None = None) -> None:
        self._words = words if words is not None else Words.load()
        self._counts: deque[Mapping[str, float]] = deque(maxlen=_LATEST)
        self._titles: Counter[str] = Counter()
        self._learned: Learned | None = None

    def learn(self, good: Answer | Reading) -> None:
        """A served answer; one that was read before need not be read again."""
        reading = good if isinstance(good, Reading) else Reading(good)
        self._counts.append(counts_of(reading, self._words))
        if len(self._titles) <= 1:
            self._titles[reading.page.title] += 1
        self._learned = None

    @property
    def learned(self) -> Learned | None:
        """Medians; None while fewer than a handful of good answers were seen."""
        if len(self._counts) < FEWEST:
            return None
        if self._learned is None:
            title = next(iter(self._titles)) if len(self._titles) == 1 else ""
            self._learned = Learned(title=title, counts=self._steady_counts())
        return self._learned

    def _steady_counts(self) -> Mapping[str, float]:
        in_all = set(self._counts[0]).intersection(*self._counts)
        found: dict[str, float] = {}
        for key in sorted(in_all):
            values = [counts[key] for counts in self._counts]
            if min(values) > 0 and max(values) <= _WIDEST_SPREAD * min(values):
                found[key] = median(values)
        return found
