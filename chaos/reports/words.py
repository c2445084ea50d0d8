"""Words that several reporters share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chaos.units import format_duration
from chaos.verdict.recovery import format_recovery
from chaos.verdict.verdict import Verdict, Word

MARKS: Final[Mapping[Word, str]] = {"passed": "✔", "failed": "✘", "inconclusive": "?", "aborted": "■", "error": "!"}
STYLES: Final[Mapping[Word, str]] = {
    "passed": "green",
    "failed": "red",
    "inconclusive": "yellow",
    "aborted": "magenta",
    "error": "magenta",
}

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Without the characters by which what an app said could take over a terminal, or change how a line is read."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def outcome_counts(verdict: Verdict) -> str:
    """What became of users while the fault was on, all journeys together: "98 served, 20 degraded"."""
    total = {
        outcome: sum(getattr(tally, outcome) for tally in verdict.tallies if tally.phase == "during")
        for outcome in ("served", "degraded", "broken")
    }
    return ", ".join(f"{count} {outcome}" for outcome, count in total.items() if count)


def recovery_words(verdict: Verdict) -> str:
    """How long it took to be well again."""
    if verdict.recovered is not None:
        return format_recovery(verdict.recovered)
    if verdict.watched_recovery_s is None:
        return "not watched"
    return f"not in {format_duration(round(verdict.watched_recovery_s, 1))}"
