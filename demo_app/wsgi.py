"""As much of a web framework as `profile` and `media` need, who start in a third of the time that Flask takes."""

import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from demo_app.capacity import UNLIMITED, Capacity, TookTooLong, TooLate
from demo_app.serving import REFERENCE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger("clipshare")

LARGEST_BODY_BYTES = 17 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `path_values` are the named groups of its route's pattern."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    path_values: Mapping[str, str]
    environ: "WSGIEnvironment"

    def header(self, name: str) -> str | None:
        return self.headers.get(name.lower())


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: object
    headers: Mapping[str, str] = field(default_factory=dict)


class Problem(Exception):
    """Answered as problem details (RFC 9457); `extra` are further members of the object."""

    def __init__(self, status: int, title: str, detail: str, kind: str = "about:blank", **extra: object) -> None:
        super().__init__(title)
        self.status = status
        self.content = {"type": kind, "title": title, "status": status, "detail": detail, **extra}


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Callable[[Request], Answer]


def route(method: str, pattern: str, handler: Callable[[Request], Answer]) -> Route:
    return Route(method, re.compile(pattern), handler)


def application(service: str, routes: Sequence[Route], capacity: Capacity = UNLIMITED) -> "WSGIApplication":
    """A WSGI application that answers in JSON, and in problem details when a handler raises `Problem`.

    Before its routes comes `/healthz`, which says that it runs and costs nothing. A problem names the machine that it
    comes from (CLIPSHARE_NODE in the environment): that is for those who run it, and never for users.
    """
    node = os.environ.get("CLIPSHARE_NODE", "")
    routes = [route("GET", "/healthz", lambda _: Answer(200, {"service": service, "status": "ok"})), *routes]

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        reference = str(environ.get(REFERENCE, ""))
        try:
            if environ.get("PATH_INFO") != "/healthz":
                _spend(capacity, environ)
            answer = _dispatch(routes, environ)
            media_type = "application/json"
        except Exception as error:
            if not isinstance(error, Problem):
                logger.exception("request failed reference=%s", reference)
                error = Problem(500, "Internal Server Error", "This request could not be handled.")
            content = {**error.content, "instance": f"urn:clipshare:{reference}", **({"node": node} if node else {})}
            answer = Answer(error.status, content)
            media_type = "application/problem+json"
        body = json.dumps(answer.content).encode()
        headers = [("Content-Type", media_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", [*headers, *answer.headers.items()])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return app


def _spend(capacity: Capacity, environ: "WSGIEnvironment") -> None:
    try:
        capacity.spend(environ)
    except TooLate:
        raise Problem(504, "Gateway Timeout", "The caller has stopped waiting, so this was not begun.") from None
    except TookTooLong:
        raise Problem(503, "Service Unavailable", "This took too long, and its result was thrown away.") from None
    except ValueError as error:
        raise Problem(400, "Bad Request", f"{error}.") from None


def _dispatch(routes: Sequence[Route], environ: "WSGIEnvironment") -> Answer:
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
    asked = "GET" if method == "HEAD" else method
    allowed = []
    for candidate in routes:
        match = candidate.pattern.fullmatch(path)
        if match and candidate.method == asked:
            return candidate.handler(_request(environ, match.groupdict()))
        if match:
            allowed.append(candidate.method)
    if allowed:
        raise Problem(405, "Method Not Allowed", f"This address answers {', '.join(allowed)}.")
    raise Problem(404, "Not Found", "There is nothing at this address.")


def _request(environ: "WSGIEnvironment", path_values: Mapping[str, str]) -> Request:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > LARGEST_BODY_BYTES:
        raise Problem(413, "Content Too Large", "This is more than the 16 MiB that are accepted.")
    headers: dict[str, str] = {
        key.removeprefix("HTTP_").replace("_", "-").lower(): value
        for key, value in environ.items()
        if key.startswith("HTTP_") or key in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }
    query = {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
    body = environ["wsgi.input"].read(length)
    if len(body) != length:
        raise Problem(400, "Bad Request", "The body ended before its announced length.")
    return Request(environ["REQUEST_METHOD"], environ["PATH_INFO"], query, headers, body, path_values, environ)


def json_object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Problem(400, "Bad Request", "The body has to be a JSON object.")
    return content
