"""How far a figure has moved, and how far chance alone could have moved it.

Two sources of chance are known: a figure comes from so many users (its own interval), and runs differ (their spread).
The first is put together as Newcombe does for shares (method 10, square and add), which holds for any two estimates
with intervals; the second is Student's t over the pooled spread. The wider of the two counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, variance
from typing import Final

FEWEST_FREE: Final = 2
"""Degrees of freedom below which a spread says nothing: three runs, or two pairs."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of one run with its 95 % interval. None: there is none, so chance within a run is unknown."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Shift:
    """From the mean of earlier runs to that of these. `noise` is how far chance alone could move it; None: nobody can
    tell.
    """

    before: float
    now: float
    noise: float | None

    @property
    def by(self) -> float:
        return self.now - self.before

    @property
    def beyond_noise(self) -> bool:
        return self.noise is not None and abs(self.by) > self.noise


def shift(before: Sequence[Estimate], now: Sequence[Estimate], *, certain: bool = False) -> Shift:
    """`certain`: the intervals are no matter of chance, the truth lies in them; so they may not even touch."""
    was, is_now = (fmean(each.value for each in group) for group in (before, now))
    lower, upper = (before, now) if is_now >= was else (now, before)
    reaches = (_reach(lower, upwards=True), _reach(upper, upwards=False))
    within = None if None in reaches else _added([each for each in reaches if each is not None], certain=certain)
    known = [noise for noise in (within, _between(before, now)) if noise is not None]
    return Shift(was, is_now, max(known, default=None))


def _reach(group: Sequence[Estimate], *, upwards: bool) -> float | None:
    """How far the truth may lie from the mean, on the side of the other group; means of several runs reach less far."""
    ends = [each.high if upwards else each.low for each in group]
    found = [abs(end - each.value) for end, each in zip(ends, group, strict=True) if end is not None]
    return math.hypot(*found) / len(group) if len(found) == len(group) else None


def _added(reaches: Sequence[float], *, certain: bool) -> float:
    return sum(reaches) if certain else math.hypot(*reaches)


def _between(before: Sequence[Estimate], now: Sequence[Estimate]) -> float | None:
    free = len(before) + len(now) - 2
    if free < FEWEST_FREE:
        return None
    squares = sum(variance([each.value for each in group]) * (len(group) - 1) for group in (before, now) if group[1:])
    return student_t(free) * math.sqrt(squares / free * (1 / len(before) + 1 / len(now)))


def student_t(free: int) -> float:
    """The 97.5 % quantile, by Fisher's expansion about the normal one: 3 % too low at 2, under 1 % from 3 on."""
    z = NormalDist().inv_cdf(0.975)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + math.fsum(term / free**power for power, term in enumerate(terms, start=1))
