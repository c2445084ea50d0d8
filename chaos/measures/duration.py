"""Percentiles of how long users waited, over all runs, broken ones included."""

from __future__ import annotations

import math
from collections.abc import Sequence

from chaos.measures.difference import Estimate, difference_interval
from chaos.measures.measure import Z_95, Comparison, Interval, Measure, Observed


def percentile_measure(percent: int) -> Measure:
    """The time within which `percent` % of the runs ended (nearest rank), in seconds from when they were due."""
    ratio = percent / 100

    def figure(
        samples: Sequence[Observed],
        missing: int = 0,
        *,
        upwards: bool = False,
        over_s: float | None = None,  # noqa: ARG001
    ) -> float:
        total = len(samples) + missing
        rank = max(1, math.ceil(ratio * total - 1e-9)) - (0 if upwards else missing)
        if rank < 1 or not total:
            return 0.0
        times = sorted(sample.took_s for sample in samples)
        return times[rank - 1] if rank <= len(times) else math.inf

    def interval(samples: Sequence[Observed], *, over_s: float | None = None) -> Interval:  # noqa: ARG001
        """From order statistics: ranks that enclose the percentile with 95 % confidence."""
        if not samples:
            return (0.0, math.inf)
        times = sorted(sample.took_s for sample in samples)
        spread = Z_95 * math.sqrt(len(times) * ratio * (1 - ratio))
        low = math.floor(len(times) * ratio - spread)
        high = math.ceil(len(times) * ratio + spread)
        return (times[max(0, low - 1)], times[high - 1] if high <= len(times) else math.inf)

    def difference(ours: Sequence[Observed], theirs: Sequence[Observed]) -> Interval:
        one, other = (Estimate(figure(each), interval(each)) for each in (ours, theirs))
        beyond = ((a.took_s > one.figure, b.took_s > other.figure) for a, b in zip(ours, theirs, strict=True))
        return difference_interval(one, other, beyond)

    fewest = math.ceil(Z_95**2 * ratio / (1 - ratio))  # with fewer, no order statistic is sure to lie above
    summary = f"the time within which {percent} % of the runs ended, broken ones included"
    comparison = Comparison(difference, fewest)
    return Measure(f"p{percent}", "duration", summary, False, figure, interval, comparison=comparison)
