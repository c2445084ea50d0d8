"""The figures that two runs are compared by, one entry each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from chaos.compare.record import Record, TallyRecord
from chaos.compare.shift import Estimate
from chaos.compare.slack import NONE, Slack
from chaos.measures.measure import Unit, wilson

Estimates = Iterator[tuple[str, Estimate]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`of` gives what a verdict has of it, each with what it is of: a journey, an audit; empty: the experiment."""

    unit: Unit
    higher_is_better: bool
    of: Callable[[Record], Estimates]
    when: str = ""
    """Said after its name."""
    slack: Slack = NONE
    """Unless the project file says otherwise."""
    certain: bool = False
    """Its interval holds the truth for sure."""


def _during(record: Record) -> Iterator[TallyRecord]:
    return (tally for tally in record.tallies if tally.phase == "during" and tally.total)


def _share(outcome: str) -> Callable[[Record], Estimates]:
    def of(record: Record) -> Estimates:
        for tally in _during(record):
            hits = getattr(tally, outcome)
            yield tally.journey, Estimate(hits / tally.total, *wilson(hits, tally.total))

    return of


def _p95(record: Record) -> Estimates:
    """Of a machine that was too busy there is none."""
    for tally in () if record.busy else _during(record):
        yield tally.journey, Estimate(tally.p95_s, *(tally.p95_interval_s or (None, None)))


def _recovery(record: Record) -> Estimates:
    if record.recovered is not None:
        low, high = record.recovered.at_least_s, record.recovered.at_most_s
        yield "", Estimate((low + high) / 2, low, high)


def _items(fate: str) -> Callable[[Record], Estimates]:
    def of(record: Record) -> Estimates:
        for ledger in record.ledgers:
            count = float(len(getattr(ledger, fate)))
            yield ledger.audit, Estimate(count, count, count)

    return of


_WHILE: Final = "while the fault was on"

FIGURES: Final[Mapping[str, Figure]] = {
    "served": Figure(unit="share", higher_is_better=True, of=_share("served"), when=_WHILE, slack=Slack(amount=0.005)),
    "broken": Figure(unit="share", higher_is_better=False, of=_share("broken"), when=_WHILE, slack=Slack(amount=0.005)),
    "p95": Figure(unit="duration", higher_is_better=False, of=_p95, when=_WHILE, slack=Slack(ratio=0.2, amount=0.05)),
    "recovery": Figure(
        unit="duration", higher_is_better=False, of=_recovery, slack=Slack(ratio=0.2, amount=0.25), certain=True
    ),
    "lost": Figure(unit="count", higher_is_better=False, of=_items("lost")),
    "duplicated": Figure(unit="count", higher_is_better=False, of=_items("duplicated")),
}
