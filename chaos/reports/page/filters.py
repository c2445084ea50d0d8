"""How values become text on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from chaos.reports.page.answers import one_kind_of_line_end
from chaos.reports.page.system_map import shortened
from chaos.reports.sentence import sentence
from chaos.reports.words import control_counts, outcome_counts, printable, recovery_words, repeat_words, repeated_name
from chaos.units import format_duration
from chaos.verdict.verdict import Ledger


def finalize(value: Any) -> Any:
    """Every text on its way into the page: no control characters, whoever it is from. What follows escapes it."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable(one_kind_of_line_end(value))
    return value


def _seconds(moment: float) -> str:
    return f"{moment:.2f} s"


def _duration(seconds: float) -> str:
    return format_duration(round(seconds, 3))


def _moment(wall_time: str) -> str:
    """As people write it; text that is no time is shown as it is."""
    try:
        return f"{datetime.fromisoformat(wall_time):%-d %B %Y, %H:%M:%S} UTC"
    except ValueError:
        return wall_time


def _ledger_counts(ledger: Ledger) -> Iterator[tuple[str, int]]:
    yield from (("acknowledged", ledger.acknowledged), ("stored", ledger.stored), ("lost", len(ledger.lost)))
    others = {
        "duplicated": len(ledger.duplicated),
        "pending": len(ledger.pending),
        "corrupted": len(ledger.corrupted),
        "refused": ledger.refused,
        "unknown": ledger.unknown,
        "phantom": ledger.phantom,
        "told something untrue": ledger.untruthful,
    }
    yield from ((name, count) for name, count in others.items() if count)


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "sentence": sentence,
    "outcome_counts": outcome_counts,
    "control_counts": control_counts,
    "recovery": recovery_words,
    "repeated_name": repeated_name,
    "repeated": repeat_words,
    "shortened": shortened,
    "seconds": _seconds,
    "duration": _duration,
    "moment": _moment,
    "ledger_counts": _ledger_counts,
}
