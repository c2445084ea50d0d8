"""Shares of outcomes: how many of the users were served, told gracefully, or let down."""

from __future__ import annotations

from collections.abc import Sequence

from chaos.measures.measure import Interval, Measure, Observed, wilson

_SUMMARY = {
    "served": "runs in which every expectation held",
    "degraded": "runs that were not served, but answered gracefully",
    "broken": "runs that were neither served nor answered gracefully",
}


def share_of(outcome: str, *, good: bool) -> Measure:
    """The share of runs with that outcome; `good` says whether more of them is better."""

    def figure(samples: Sequence[Observed], missing: int = 0, *, upwards: bool = False) -> float:
        hits = sum(sample.outcome == outcome for sample in samples) + (missing if upwards else 0)
        total = len(samples) + missing
        return hits / total if total else float(good)

    def interval(samples: Sequence[Observed]) -> Interval:
        return wilson(sum(sample.outcome == outcome for sample in samples), len(samples))

    return Measure(outcome, "share", _SUMMARY[outcome], good, figure, interval)
