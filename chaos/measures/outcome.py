"""Shares of outcomes: how many of the users were served, told gracefully, or let down."""

from __future__ import annotations

from chaos.measures.measure import Measure
from chaos.measures.share import share_measure

_SUMMARY = {
    "served": "runs in which every expectation held",
    "degraded": "runs that were not served, but answered gracefully",
    "broken": "runs that were neither served nor answered gracefully",
}


def share_of(outcome: str, *, good: bool) -> Measure:
    """The share of runs with that outcome; `good` says whether more of them is better."""
    return share_measure(outcome, _SUMMARY[outcome], lambda sample: sample.outcome == outcome, good=good)
