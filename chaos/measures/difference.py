"""How sure one can be of the difference between two figures that were measured on the same moments.

Each figure has an interval of its own. Both are put together by the square-and-add method of Newcombe (Statistics in
Medicine 17, 1998, method 10): distances to the two limits are added as the sides of a triangle are, and the more the
two figures move together, the smaller is what remains. For percentiles the same holds of their order statistics, since
a percentile moves as the share of runs on either side of it does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from chaos.measures.measure import Interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval, which may be endless."""

    figure: float
    interval: Interval


def difference_interval(one: Estimate, other: Estimate, pairs: Iterable[tuple[bool, bool]]) -> Interval:
    """The 95 % interval of `one - other`. `pairs`: of each moment, whether it counts on the one side, and the other."""
    together = correlation(pairs)
    difference = one.figure - other.figure
    below = _apart(one.figure - one.interval[0], other.interval[1] - other.figure, together)
    above = _apart(one.interval[1] - one.figure, other.figure - other.interval[0], together)
    return difference - below, difference + above


def correlation(pairs: Iterable[tuple[bool, bool]]) -> float:
    """Phi of the pairs: how far both sides count together; corrected for continuity where they do. 0 where one side
    never changes: then nothing can be told."""
    counts = Counter((bool(one), bool(other)) for one, other in pairs)
    both, only_one = counts[True, True], counts[True, False]
    only_other, neither = counts[False, True], counts[False, False]
    spread = (both + only_one) * (only_other + neither) * (both + only_other) * (only_one + neither)
    if not spread:
        return 0.0
    excess = float(both * neither - only_one * only_other)
    if excess > 0:
        excess = max(0.0, excess - counts.total() / 2)
    return excess / math.sqrt(spread)


def _apart(one: float, other: float, together: float) -> float:
    if math.isinf(one) or math.isinf(other):
        return math.inf
    return math.sqrt(max(0.0, one**2 - 2 * together * one * other + other**2))
