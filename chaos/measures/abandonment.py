"""Abandonment: how many of the users had enough and left for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chaos.measures.measure import Interval, Measure, Observed, wilson

GAVE_UP_BEFORE: Final = "gave up before"
"""The failure of a visit that was due of a user who had left by then."""


def has_left(sample: Observed) -> bool:
    return sample.gave_up or sample.failure == GAVE_UP_BEFORE


def users_lost(samples: Sequence[Observed]) -> tuple[int, int]:
    """How many users have left, of how many; each counts once, however often he was due."""
    return len({sample.user for sample in samples if has_left(sample)}), len({sample.user for sample in samples})


def _figure(
    samples: Sequence[Observed],
    missing: int = 0,
    *,
    upwards: bool = False,
    over_s: float | None = None,  # noqa: ARG001
) -> float:
    """An imagined visit is of somebody new who stays, or the last of somebody who was still there."""
    lost, users = users_lost(samples)
    if upwards:
        return (lost + missing) / max(users, lost + missing) if users + missing else 0.0
    return lost / (users + missing) if users + missing else 0.0


def _interval(samples: Sequence[Observed], *, over_s: float | None = None) -> Interval:  # noqa: ARG001
    return wilson(*users_lost(samples))


ABANDONMENT: Final = Measure(
    "abandonment",
    "share",
    "users who gave the app up for good, of all who came",
    False,
    _figure,
    _interval,
    users_lost,
    has_left,
)
