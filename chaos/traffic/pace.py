"""When the next user is due, at a rate that changes at known moments."""

from __future__ import annotations

import math


class Pace:
    """Arrivals are evenly spread at each rate; a change of the rate counts from its very moment, however late this
    machine gets round to the arrivals around it.
    """

    def __init__(self, rate_per_s: float) -> None:
        self._steps = [(-math.inf, rate_per_s)]

    def change(self, rate_per_s: float, *, from_s: float) -> None:
        """Changes are told in the order in which they happen."""
        self._steps.append((from_s, rate_per_s))

    def next_after(self, due_s: float) -> float:
        """The moment at which one arrival has come together since `due_s`."""
        missing = 1.0
        ends = [from_s for from_s, _ in self._steps[1:]] + [math.inf]
        for (_, rate), end in zip(self._steps, ends, strict=True):
            if end <= due_s:
                continue
            coming = (end - due_s) * rate
            if coming >= missing:
                break
            missing -= coming
            due_s = end
        return due_s + missing / rate
