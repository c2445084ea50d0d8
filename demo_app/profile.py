"""The profile service: knows how old users are.

GET /users/ID/age   200 {"user", "verified": true, "adult_enough"} or 404 with "verified": false
PUT /users/ID/age   {"born": "1990-01-01"} -> 200, the verdict
GET /healthz
X-Deadline-Ms       on any of them: the milliseconds that the caller still waits; what is too late is not begun (504)
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from demo_app import age, wsgi
from demo_app.canaries import PERSON
from demo_app.capacity import UNLIMITED, Capacity
from demo_app.serving import serve
from demo_app.storage import Database
from demo_app.wsgi import Answer, Problem, Request, Route, route

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_SCHEMA = "CREATE TABLE IF NOT EXISTS ages (user TEXT PRIMARY KEY, born TEXT NOT NULL) WITHOUT ROWID"
_USER = r"/users/(?P<user>[A-Za-z0-9_-]{1,64})/age"


class Profile:
    def __init__(self, data: Path, today: Callable[[], date]) -> None:
        self._database = Database(data / "profile.db", _SCHEMA)
        self._today = today
        with self._database.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO ages VALUES (?, '1987-06-05')", (PERSON,))

    def routes(self) -> Sequence[Route]:
        return [route("GET", _USER, self.get_age), route("PUT", _USER, self.put_age)]

    def get_age(self, request: Request) -> Answer:
        user = request.path_values["user"]
        born = self._born(user)
        if born is None:
            raise Problem(404, "Not Found", "The age of this user is not known.", user=user, verified=False)
        return self._verdict(user, born)

    def put_age(self, request: Request) -> Answer:
        user = request.path_values["user"]
        written = wsgi.json_object(request.body).get("born")
        born = age.parse_born(written, self._today()) if isinstance(written, str) else None
        if born is None:
            raise Problem(422, "Unprocessable Content", "born has to be a past date written like 1990-01-31.")
        known = self._born(user)
        if known is not None and not age.old_enough(known, self._today()):
            return self._verdict(user, known)  # who was too young is not made older by answering again
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO ages VALUES (?, ?) ON CONFLICT (user) DO UPDATE SET born = excluded.born",
                (user, born.isoformat()),
            )
        return self._verdict(user, born)

    def _born(self, user: str) -> date | None:
        with self._database.reading() as connection:
            row = connection.execute("SELECT born FROM ages WHERE user = ?", (user,)).fetchone()
        return date.fromisoformat(row[0]) if row else None

    def _verdict(self, user: str, born: date) -> Answer:
        return Answer(200, {"user": user, "verified": True, "adult_enough": age.old_enough(born, self._today())})


def create_app(
    data: Path, *, today: Callable[[], date] = age.today, capacity: Capacity = UNLIMITED
) -> "WSGIApplication":
    return wsgi.application("profile", Profile(data, today).routes(), capacity)


if __name__ == "__main__":
    serve("profile", "Knows how old users are.", create_app)
