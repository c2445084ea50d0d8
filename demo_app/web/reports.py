"""What people say is wrong, counted as an outage-report site does: one click a kind, and how many each minute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demo_app.storage import Database

KINDS: Final[Mapping[str, str]] = {
    "does-not-open": "Clipshare does not open",
    "asked-again": "It asks me what I have told it before",
    "clip-missing": "My clip is not there",
    "old-or-empty": "I see old clips, or none",
    "slow": "Everything is slow",
    "other": "Something else",
}
MANY: Final = 10
RECENT_MINUTES: Final = 5
SHOWN_MINUTES: Final = 30
KEPT_MINUTES: Final = 24 * 60

_SCHEMA = """
CREATE TABLE IF NOT EXISTS reports (
    minute INTEGER NOT NULL, user TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (minute, user, kind)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Minute:
    """`begins_s` is a time of the wall clock; `kinds` has only those that were reported."""

    begins_s: int
    kinds: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


class Reports:
    """The same from the same person counts once a minute: a crowd is made of people, not of clicks."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, durable=False)

    def add(self, user: str, kind: str, now_s: float) -> None:
        minute = int(now_s // 60)
        with self._database.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO reports VALUES (?, ?, ?)", (minute, user, kind))
            connection.execute("DELETE FROM reports WHERE minute < ?", (minute - KEPT_MINUTES,))

    def minutes(self, now_s: float) -> Sequence[Minute]:
        """The last half hour, oldest first; the last minute is the one that is under way."""
        last = int(now_s // 60)
        first = last - SHOWN_MINUTES + 1
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT minute, kind, count(*) FROM reports WHERE minute >= ? GROUP BY minute, kind", (first,)
            ).fetchall()
        counted: dict[int, dict[str, int]] = {}
        for minute, kind, number in rows:
            counted.setdefault(minute, {})[kind] = number
        return [Minute(minute * 60, counted.get(minute, {})) for minute in range(first, last + 1)]

    def people(self, now_s: float) -> int:
        """How many different people reported something in the last five minutes."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT count(DISTINCT user) FROM reports WHERE minute > ?", (int(now_s // 60) - RECENT_MINUTES,)
            ).fetchone()
        return int(row[0])

    def many(self, now_s: float) -> Sequence[str]:
        """The kinds that many different people reported in the last five minutes, the most frequent first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT kind FROM reports WHERE minute > ? GROUP BY kind HAVING count(DISTINCT user) >= ?"
                " ORDER BY count(DISTINCT user) DESC, kind",
                (int(now_s // 60) - RECENT_MINUTES, MANY),
            ).fetchall()
        return [kind for (kind,) in rows]
