"""Who tells others that something is wrong: drawn for each visit that was not served, by the seed."""

from __future__ import annotations

import random
from collections import defaultdict

from chaos.journal.events import Sample


class Reporters:
    """The same samples have the same reports. Nobody reports twice."""

    def __init__(self, *, seed: int, share: float) -> None:
        self._seed = seed
        self._share = share
        self._reported: set[str] = set()
        self._visits: defaultdict[str, int] = defaultdict(int)

    def reports(self, sample: Sample) -> bool:
        """Whether this visit is the one after which its user reports."""
        if sample.outcome == "served" or sample.user in self._reported:
            return False
        self._visits[sample.user] += 1
        seed = f"{self._seed}/reports/{sample.journey}/{sample.user}/{self._visits[sample.user]}"
        if random.Random(seed).random() >= self._share:
            return False
        self._reported.add(sample.user)
        return True
