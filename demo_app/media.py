"""The media service: stores clips.

POST /clips         the clip as the body (or in a multipart form) -> 201 {"upload_id"}, once it is on the disk
                    Idempotency-Key: the same key again gets the same answer and has no further effect
                    X-Upload-Id: the id under which the caller knows it; X-Clip-Owner, X-Clip-Caption: shown with it
                    X-Clip-Region: where it came in
                    Content-Digest (sha-256): a body that does not match is refused
GET /clips          [{"upload_id", "bytes", "sha256"}] of what is in the files, in the order of storing; ?owner= for
                    one person's, ?region= for those that came in there
GET /clips/ID       one of them
GET /feed           the clips to show
GET /healthz
X-Deadline-Ms       on any of them: the milliseconds that the caller still waits; what is too late is not begun (504)
"""

import base64
import hashlib
import io
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from demo_app import wsgi
from demo_app.capacity import UNLIMITED, Capacity
from demo_app.seeds import SCENES, SEEDS, FeedClip, creator_name
from demo_app.serving import serve
from demo_app.storage import Database, write_durably
from demo_app.wsgi import Answer, Problem, Request, Route, route

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

NEWEST_IN_FEED = 4

_SCHEMA = """
CREATE TABLE IF NOT EXISTS clips (
    place INTEGER PRIMARY KEY AUTOINCREMENT, upload_id TEXT NOT NULL, idempotency_key TEXT UNIQUE,
    owner TEXT NOT NULL, caption TEXT NOT NULL, region TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    file TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS clips_of_owner ON clips (owner);
CREATE INDEX IF NOT EXISTS clips_by_upload ON clips (upload_id);
"""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_DIGEST = re.compile(r"(?:^|[\s,])sha-256=:([A-Za-z0-9+/=]+):")


@dataclass(frozen=True, slots=True)
class NewClip:
    """A clip as it was sent; with a `key`, sending it again has no further effect."""

    content: bytes
    sha256: str
    key: str | None
    upload_id: str
    owner: str
    caption: str
    region: str


@dataclass(frozen=True, slots=True)
class Stored:
    upload_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FoundFile:
    size_bytes: int
    sha256: str


class StoredFiles:
    """What is really in the files, whatever was announced when they came; each is read again only once it changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[str, int, int], FoundFile] = {}

    def found(self, name: str) -> FoundFile | None:
        path = self._folder / name
        try:
            status = path.stat()
            key = (name, status.st_size, status.st_mtime_ns)
            if key not in self._known:
                content = path.read_bytes()
                self._known[key] = FoundFile(len(content), hashlib.sha256(content).hexdigest())
        except FileNotFoundError:
            return None
        return self._known[key]


class Media:
    def __init__(self, data: Path) -> None:
        self._folder = data / "clips"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._database = Database(data / "media.db", _SCHEMA)
        self._files = StoredFiles(self._folder)

    def routes(self) -> Sequence[Route]:
        return [
            route("POST", "/clips", self.post_clip),
            route("GET", "/clips", self.get_clips),
            route("GET", r"/clips/(?P<clip>[A-Za-z0-9_-]{1,64})", self.get_clip),
            route("GET", "/feed", self.get_feed),
        ]

    def post_clip(self, request: Request) -> Answer:
        clip = _new_clip(request)
        earlier = self._stored_under(clip.key)
        if earlier is None:
            if self._store(clip):
                return Answer(201, {"upload_id": clip.upload_id})
            earlier = self._stored_under(clip.key)
            assert earlier is not None
        if earlier.sha256 != clip.sha256:
            raise Problem(
                422,
                "Unprocessable Content",
                "This Idempotency-Key was used before, with another clip.",
                kind="/problems/key-reused",
            )
        return Answer(201, {"upload_id": earlier.upload_id})

    def get_clips(self, request: Request) -> Answer:
        owner, region = request.query.get("owner"), request.query.get("region")
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT upload_id, file FROM clips WHERE (? IS NULL OR owner = ?) AND (? IS NULL OR region = ?)"
                " ORDER BY place",
                (owner, owner, region, region),
            ).fetchall()
        return Answer(200, [listed for row in rows if (listed := self._listed(*row))])

    def get_clip(self, request: Request) -> Answer:
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT upload_id, file FROM clips WHERE upload_id = ?", (request.path_values["clip"],)
            ).fetchone()
        listed = self._listed(*row) if row else None
        if listed is None:
            raise Problem(404, "Not Found", "No clip is stored under this id.", kind="/problems/no-such-clip")
        return Answer(200, listed)

    def _listed(self, upload_id: str, file: str) -> dict[str, object] | None:
        """None: its file is gone, and with it the clip."""
        found = self._files.found(file)
        return {"upload_id": upload_id, "bytes": found.size_bytes, "sha256": found.sha256} if found else None

    def get_feed(self, _: Request) -> Answer:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT upload_id, owner, caption, sha256 FROM clips ORDER BY place DESC LIMIT ?", (NEWEST_IN_FEED,)
            ).fetchall()
        return Answer(200, [*(_fresh_clip(*row) for row in rows), *SEEDS])

    def _stored_under(self, key: str | None) -> Stored | None:
        if key is None:
            return None
        with self._database.reading() as connection:
            row = connection.execute("SELECT upload_id, sha256 FROM clips WHERE idempotency_key = ?", (key,)).fetchone()
        return Stored(*row) if row else None

    def _store(self, clip: NewClip) -> bool:
        """False, and nothing is stored: the same key came twice at the same time, and the other one was first."""
        file = self._folder / uuid.uuid4().hex
        write_durably(file, clip.content)
        with self._database.writing() as connection:
            fresh = connection.execute(
                "INSERT INTO clips (upload_id, idempotency_key, owner, caption, region, bytes, sha256, file)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (idempotency_key) DO NOTHING",
                (
                    clip.upload_id,
                    clip.key,
                    clip.owner,
                    clip.caption,
                    clip.region,
                    len(clip.content),
                    clip.sha256,
                    file.name,
                ),
            ).rowcount
        if not fresh:
            file.unlink()
        return bool(fresh)


def _new_clip(request: Request) -> NewClip:
    content = _content_of(request)
    digest = hashlib.sha256(content)
    _check_digest(request.header("content-digest"), digest.digest())
    return NewClip(
        content,
        digest.hexdigest(),
        key=_matching(request.header("idempotency-key"), _KEY, "Idempotency-Key"),
        upload_id=_matching(request.header("x-upload-id"), _ID, "X-Upload-Id") or uuid.uuid4().hex,
        owner=_matching(request.header("x-clip-owner"), _ID, "X-Clip-Owner") or "someone",
        caption=unquote(request.header("x-clip-caption") or "")[:120].strip() or "Fresh off the phone",
        region=_matching(request.header("x-clip-region"), _ID, "X-Clip-Region") or "",
    )


def _content_of(request: Request) -> bytes:
    if not (request.header("content-type") or "").startswith("multipart/form-data"):
        return request.body
    from werkzeug.formparser import parse_form_data  # only here: it would triple the time to start

    _, _, files = parse_form_data({**request.environ, "wsgi.input": io.BytesIO(request.body)})
    part = next(iter(files.values()), None)
    if part is None:
        raise Problem(400, "Bad Request", "The form has no file.")
    return bytes(part.stream.read())


def _check_digest(given: str | None, computed: bytes) -> None:
    announced = _DIGEST.search(given) if given else None
    if announced and announced[1] != base64.b64encode(computed).decode():
        raise Problem(400, "Bad Request", "The body is not the one that Content-Digest announces.")


def _matching(value: str | None, pattern: re.Pattern[str], name: str) -> str | None:
    if value is not None and not pattern.fullmatch(value):
        raise Problem(400, "Bad Request", f"{name} is not written as it has to be.")
    return value


def _fresh_clip(upload_id: str, owner: str, caption: str, sha256: str) -> FeedClip:
    number = int(sha256[:8], 16)
    return {
        "id": upload_id,
        "creator": creator_name(owner),
        "caption": caption,
        "length_s": 8 + number % 50,
        "likes": number % 90,
        "scene": SCENES[number % len(SCENES)],
        "tint": number % 360,
    }


def create_app(data: Path, *, capacity: Capacity = UNLIMITED) -> "WSGIApplication":
    return wsgi.application("media", Media(data).routes(), capacity)


if __name__ == "__main__":
    serve("media", "Stores clips.", create_app)
