"""What was wrong, from when to when: kept over restarts, so that nobody can say afterwards that it never happened."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demo_app.storage import Database
from demo_app.web.model import Part

logger = logging.getLogger("clipshare.history")

EVERY_S: Final = 0.2
SAME_WITHIN_S: Final = 60.0
SHOWN: Final = 20

_SCHEMA = """
CREATE TABLE IF NOT EXISTS incidents (
    place INTEGER PRIMARY KEY AUTOINCREMENT, part TEXT NOT NULL, text TEXT NOT NULL, began_s REAL NOT NULL,
    ended_s REAL);
"""


@dataclass(frozen=True, slots=True)
class Incident:
    """Times are of the wall clock; `ended_s` is None while it lasts."""

    part: str
    text: str
    began_s: float
    ended_s: float | None


class History:
    """A part that fails again within a minute goes on with its last incident: people lived through one, not ten."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _SCHEMA, durable=False)
        self._lock = threading.Lock()
        with self._database.reading() as connection:
            self._open = dict(connection.execute("SELECT part, place FROM incidents WHERE ended_s IS NULL"))

    def look(self, wrong: Sequence[Part], now_s: float) -> None:
        """Note what began and what ended since the last look; `wrong` are all parts that don't work now."""
        with self._lock:
            names = {part.name for part in wrong}
            for part in wrong:
                if part.name not in self._open:
                    self._open[part.name] = self._begun(part, now_s)
            for name in self._open.keys() - names:
                self._end(self._open.pop(name), now_s)

    def newest(self, number: int = SHOWN) -> Sequence[Incident]:
        """Those that last come first, then those that began last."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT part, text, began_s, ended_s FROM incidents"
                " ORDER BY ended_s IS NOT NULL, began_s DESC, place DESC LIMIT ?",
                (number,),
            ).fetchall()
        return [Incident(*row) for row in rows]

    def _begun(self, part: Part, now_s: float) -> int:
        """The place of its incident, an earlier one that ended only just now or a new one."""
        with self._database.writing() as connection:
            row = connection.execute(
                "UPDATE incidents SET ended_s = NULL, text = ? WHERE place ="
                " (SELECT max(place) FROM incidents WHERE part = ?) AND ended_s > ? RETURNING place",
                (part.text, part.name, now_s - SAME_WITHIN_S),
            ).fetchone()
            if row is None:
                row = connection.execute(
                    "INSERT INTO incidents (part, text, began_s) VALUES (?, ?, ?) RETURNING place",
                    (part.name, part.text, now_s if part.since_s is None else part.since_s),
                ).fetchone()
        return int(row[0])

    def _end(self, place: int, now_s: float) -> None:
        with self._database.writing() as connection:
            connection.execute("UPDATE incidents SET ended_s = ? WHERE place = ?", (now_s, place))


class Historian(threading.Thread):
    """Looks all the time, also when nobody opens a page."""

    def __init__(self, history: History, wrong: Callable[[], Sequence[Part]]) -> None:
        super().__init__(name="historian", daemon=True)
        self._history = history
        self._wrong = wrong
        self._ending = threading.Event()

    def run(self) -> None:
        while not self._ending.wait(EVERY_S):
            try:
                self._history.look(self._wrong(), time.time())
            except Exception:
                logger.exception("history not written")

    def end(self) -> None:
        self._ending.set()
        if self.is_alive():
            self.join(timeout=5)
