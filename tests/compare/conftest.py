"""Records built by hand: one experiment that went well, to be changed as a test needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chaos.compare.record import FindingRecord, LedgerRecord, Record, Results, TallyRecord
from chaos.verdict.verdict import TimeToRecover


def tally(served: int = 100, broken: int = 0, p95_s: float = 0.1, **changes: Any) -> TallyRecord:
    told = {"phase": "during", "degraded": 0, "p95_interval_s": (p95_s * 0.9, p95_s * 1.1), **changes}
    return TallyRecord(journey="open", served=served, broken=broken, p95_s=p95_s, **told)


def record(name: str = "db_hangs", **changes: Any) -> Record:
    told: dict[str, Any] = {
        "id": name,
        "title": "The database hangs",
        "variant": None,
        "wall_time": "2021-07-06T20:00:00+00:00",
        "verdict": "passed",
        "plan_sha256": "a",
        "recovered": TimeToRecover(at_least_s=0.2, at_most_s=0.25),
        "tallies": (tally(),),
        "ledgers": (LedgerRecord(audit="items", lost=(), duplicated=()),),
        **changes,
    }
    return Record(**told)


def results(*records: Record, run: str = "earlier") -> Results:
    return Results(format=1, run=run, experiments=records)


def finding(rule: str, level: str, allowed: str | None = None) -> FindingRecord:
    return FindingRecord(rule=rule, name="a rule", level=level, allowed=allowed)


@pytest.fixture
def make() -> dict[str, Callable[..., Any]]:
    return {"tally": tally, "record": record, "results": results, "finding": finding}
