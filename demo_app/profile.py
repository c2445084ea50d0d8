"""The profile service: knows how old users are.

GET /users/ID/age   200 {"user", "verified": true, "adult_enough"} or 404 with "verified": false
PUT /users/ID/age   {"born": "1990-01-01"} -> 200, the verdict
GET /healthz
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from demo_app import age, wsgi
from demo_app.serving import data_folder, log_to_stderr, make_server, options_parser, with_reference
from demo_app.storage import Database
from demo_app.wsgi import Answer, Problem, Request, route

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_SCHEMA = "CREATE TABLE IF NOT EXISTS ages (user TEXT PRIMARY KEY, born TEXT NOT NULL) WITHOUT ROWID"
_USER = r"/users/(?P<user>[A-Za-z0-9_-]{1,64})/age"


def create_app(data: Path, *, today: Callable[[], date] = age.today) -> "WSGIApplication":
    database = Database(data / "profile.db", _SCHEMA)

    def born_of(user: str) -> date | None:
        with database.reading() as connection:
            row = connection.execute("SELECT born FROM ages WHERE user = ?", (user,)).fetchone()
        return date.fromisoformat(row[0]) if row else None

    def verdict(user: str, born: date) -> Answer:
        return Answer(200, {"user": user, "verified": True, "adult_enough": age.old_enough(born, today())})

    def get_age(request: Request) -> Answer:
        user = request.path_values["user"]
        born = born_of(user)
        if born is None:
            raise Problem(404, "Not Found", "The age of this user is not known.", user=user, verified=False)
        return verdict(user, born)

    def put_age(request: Request) -> Answer:
        user = request.path_values["user"]
        written = wsgi.json_object(request.body).get("born")
        born = age.parse_born(written, today()) if isinstance(written, str) else None
        if born is None:
            raise Problem(422, "Unprocessable Content", "born has to be a past date written like 1990-01-31.")
        known = born_of(user)
        if known is not None and not age.old_enough(known, today()):
            return verdict(user, known)  # who was too young is not made older by answering again
        with database.writing() as connection:
            connection.execute(
                "INSERT INTO ages VALUES (?, ?) ON CONFLICT (user) DO UPDATE SET born = excluded.born",
                (user, born.isoformat()),
            )
        return verdict(user, born)

    return wsgi.application(
        [
            route("GET", "/healthz", lambda _: Answer(200, {"service": "profile", "status": "ok"})),
            route("GET", _USER, get_age),
            route("PUT", _USER, put_age),
        ]
    )


def main() -> None:
    options = options_parser("profile", "Knows how old users are.").parse_args()
    log_to_stderr()
    app = create_app(data_folder(options.data))
    make_server(with_reference(app, "profile", adopt=True), options.port, threads=16).run()


if __name__ == "__main__":
    main()
