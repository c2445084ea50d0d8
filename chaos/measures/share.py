"""Shares: so many of all, and how sure one can be of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chaos.measures.difference import Estimate, difference_interval
from chaos.measures.measure import Comparison, Interval, Measure, Observed, wilson


def share_measure(name: str, summary: str, counts: Callable[[Observed], bool], *, good: bool) -> Measure:
    """The share of runs that count; `good` says whether more of them is better."""

    def hits(samples: Sequence[Observed]) -> tuple[int, int]:
        return sum(map(counts, samples)), len(samples)

    def figure(
        samples: Sequence[Observed],
        missing: int = 0,
        *,
        upwards: bool = False,
        over_s: float | None = None,  # noqa: ARG001
    ) -> float:
        count, total = hits(samples)
        total += missing
        return (count + (missing if upwards else 0)) / total if total else float(good)

    def interval(samples: Sequence[Observed], *, over_s: float | None = None) -> Interval:  # noqa: ARG001
        return wilson(*hits(samples))

    def difference(ours: Sequence[Observed], theirs: Sequence[Observed]) -> Interval:
        one, other = (Estimate(figure(each), interval(each)) for each in (ours, theirs))
        return difference_interval(one, other, zip(map(counts, ours), map(counts, theirs), strict=True))

    return Measure(name, "share", summary, good, figure, interval, hits, counts, Comparison(difference))
