"""What became of users while the fault was on, as parts of a bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chaos.reports.words import outcome_counts
from chaos.verdict.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Part:
    outcome: Literal["served", "degraded", "broken"]
    count: int
    from_percent: float
    percent: float


@dataclass(frozen=True, slots=True)
class Shares:
    words: str
    parts: tuple[Part, ...]


def shares_during(verdict: Verdict) -> Shares | None:
    """All journeys together; None when nobody came."""
    during = [tally for tally in verdict.tallies if tally.phase == "during"]
    total = sum(tally.total for tally in during)
    if not total:
        return None
    parts: list[Part] = []
    so_far = 0
    for outcome in ("served", "degraded", "broken"):
        count = sum(getattr(tally, outcome) for tally in during)
        if count:
            parts.append(Part(outcome, count, round(100 * so_far / total, 2), round(100 * count / total, 2)))
            so_far += count
    return Shares(outcome_counts(verdict), tuple(parts))
