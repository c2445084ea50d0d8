"""Counts over an audit: what became of the items that the app promised to keep."""

from __future__ import annotations

from collections.abc import Sequence

from chaos.measures.measure import Interval, Measure, Observed


def count_measure(name: str, summary: str) -> Measure:
    """A plain count. It is taken over a ledger, not over samples: every item is looked at, so it has no interval."""

    def figure(
        samples: Sequence[Observed],
        missing: int = 0,  # noqa: ARG001
        *,
        upwards: bool = False,  # noqa: ARG001
        over_s: float | None = None,  # noqa: ARG001
    ) -> float:
        return float(len(samples))

    def interval(samples: Sequence[Observed], *, over_s: float | None = None) -> Interval:  # noqa: ARG001
        return (float(len(samples)), float(len(samples)))

    return Measure(name, "count", summary, False, figure, interval)
