"""What `web` answered for each upload, so that the same upload sent again gets the same answer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from demo_app.storage import Database
from demo_app.web.model import ClipState

_SCHEMA = """
CREATE TABLE IF NOT EXISTS uploads (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, caption TEXT NOT NULL,
    sha256 TEXT NOT NULL, answered TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS uploads_of_owner ON uploads (owner);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """`answered` is the state that its sender was told."""

    id: str
    owner: str
    caption: str
    sha256: str
    answered: ClipState


class Ledger:
    def __init__(self, path: Path) -> None:
        # Not waiting for the disk: an entry lost with the power only means that a clip sent again is looked at afresh.
        self._database = Database(path, _SCHEMA, durable=False)

    def record(self, entry: Entry) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO uploads (id, owner, caption, sha256, answered) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO NOTHING",
                (entry.id, entry.owner, entry.caption, entry.sha256, entry.answered),
            )

    def entry(self, clip_id: str) -> Entry | None:
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT id, owner, caption, sha256, answered FROM uploads WHERE id = ?", (clip_id,)
            ).fetchone()
        return Entry(*row) if row else None

    def of(self, owner: str) -> Sequence[Entry]:
        """The newest hundred uploads of one person, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, owner, caption, sha256, answered FROM uploads WHERE owner = ?"
                " ORDER BY place DESC LIMIT 100",
                (owner,),
            ).fetchall()
        return [Entry(*row) for row in rows]

    def close(self) -> None:
        self._database.close()


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
