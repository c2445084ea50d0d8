"""Bounds on shares that must be shown with confidence: the Wilson interval decides, not the figure alone."""

from __future__ import annotations

from statistics import NormalDist

from chaos.experiment.tolerance import Bound
from chaos.measures.measure import Interval, wilson
from chaos.units import format_share
from chaos.verdict.figures import format_interval
from chaos.verdict.verdict import State

MOST_MISSING = 10_000_000


def judge_share(bound: Bound, name: str, hits: tuple[int, int], *, missing: int = 0) -> tuple[State, str]:
    """Held or refuted once the whole interval is on one side of the bound. `hits`: so many of so many.

    `missing` samples are still needed whatever the interval says; they can stop a pass, never a refutation.
    """
    count, total = hits
    held, refuted = _sides(bound, count, total, missing)
    if refuted:
        said = (
            f"{name} was {format_share(count / total)}, with {format_interval('share', _interval(bound, count, total))}"
        )
        return "refuted", f"{said} it is not {bound.text}"
    if held and not missing:
        return "held", ""
    more = max(missing, samples_missing(bound, count, total))
    if more >= MOST_MISSING:
        return "undecided", f"{total} samples do not decide it"
    return "undecided", f"{total} samples do not decide it; at least {more} more would"


def samples_missing(bound: Bound, count: int, total: int) -> int:
    """How many more would show that it holds, were they all for it."""

    def shown(more: int) -> bool:
        return _sides(bound, count + (more if bound.upwards else 0), total + more, 0)[0]

    if shown(0):
        return 0
    low, high = 0, 1
    while high < MOST_MISSING and not shown(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shown(middle) else (middle, high)
    return high


def _sides(bound: Bound, count: int, total: int, missing: int) -> tuple[bool, bool]:
    """Whether the interval is all inside the bound; and whether it is all outside, were the missing ones all for it."""
    low, high = _interval(bound, count, total)
    best = _interval(bound, count + (missing if bound.upwards else 0), total + missing)
    return bound.holds(low if bound.upwards else high), not bound.holds(best[1] if bound.upwards else best[0])


def _interval(bound: Bound, count: int, total: int) -> Interval:
    return wilson(count, total, NormalDist().inv_cdf(0.5 + (bound.confidence or 0.95) / 2))
