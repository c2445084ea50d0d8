"""How old someone is, and whether that is old enough."""

import re
from datetime import date, datetime, timedelta, timezone

MINIMUM_AGE_YEARS = 13
OLDEST_YEARS = 120

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# Where a day begins last: a birthday counts when it has come everywhere. In doubt, nobody is admitted.
_LAST_ZONE = timezone(timedelta(hours=-12))


def today() -> date:
    return datetime.now(_LAST_ZONE).date()


def years_old(born: date, on: date) -> int:
    """Completed years; someone born on 29 February has a birthday on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def old_enough(born: date, on: date) -> bool:
    return years_old(born, on) >= MINIMUM_AGE_YEARS


def parse_born(text: str, on: date) -> date | None:
    """A date of birth written `YYYY-MM-DD`; None if it is no date, lies ahead or is too long ago."""
    text = text.strip()
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return None
    return born if born <= on and years_old(born, on) <= OLDEST_YEARS else None
