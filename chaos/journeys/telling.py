"""What an answer tells its user beside the outcome: when to come back, what became of their data, that all is not well.

The one place where functions of the rule pack for that are plugged in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

from chaos.journeys.answer import Answer
from chaos.rules.reading import Reading
from chaos.rules.rule import Learned
from chaos.rules.story import Fate
from chaos.rules.wordlist import Words

_FATES: Final[Mapping[str, Fate]] = {"saved": "saved", "not-saved": "not-saved", "unknown": "unknown"}
_OUTCOME: Final = re.compile(r"<[a-z][^<>]{0,400}\sdata-outcome\s{0,3}=\s{0,3}[\"']?([a-z-]{1,20})", re.IGNORECASE)


class Learner(Protocol):
    """Sees the good answers of one step and says what they have in common; None while it has seen too few."""

    def learn(self, good: Reading, /) -> None: ...

    @property
    def learned(self) -> Learned | None: ...


def shows_notice(reading: Reading) -> bool:
    """A live region (role status or alert) with words in it."""
    return any(block.live for block in reading.page.blocks)


def fate_of(reading: Reading, words: Words) -> Fate | None:  # noqa: ARG001  words tell it where no mark does
    """What the answer says of what was handed over: `data-outcome` on the page, `outcome` in JSON; None: nothing."""
    found = reading.json.value if reading.kind == "json" else None
    if isinstance(found, dict):
        return _FATES.get(str(found.get("outcome")))
    mark = _OUTCOME.search(reading.text) if reading.kind == "html" else None
    return _FATES.get(mark[1].lower()) if mark is not None else None


def retry_after_s(answer: Answer, now: datetime) -> float | None:
    """Seconds from the answer until its user is asked to come back, at least 0; None: it does not say.

    A date is compared with the answer's own Date, or else with `now`.
    """
    value = (answer.header("retry-after") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    date, sent = _date(value), _date(answer.header("date") or "")
    if date is None:
        return None
    wait_s = (date - (sent or now)).total_seconds()
    return max(0.0, wait_s) if math.isfinite(wait_s) else None


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
