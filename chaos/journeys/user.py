"""One user's HTTP client: a cookie jar, and requests sent as a browser or an API client would send them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

import aiohttp

from chaos.journeys.answer import Answer
from chaos.journeys.outgoing import Outgoing
from chaos.journeys.sends import NoAnswer

ACCEPT: Final[Mapping[str, str]] = {
    "html": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
    "json": "application/json,application/problem+json;q=0.9,*/*;q=0.1",
}
MOST_BODY: Final = 8 * 1024 * 1024
"""Bytes of an answer that are read; the rest is not what a user waits for."""
MOST_HEADER: Final = 256 * 1024
"""Bytes of one header: as much as browsers take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    name: str
    value: str
    domain: str
    path: str


class User:
    """A cookie jar of its own. It is both a `Client` and what that sends with: a visit needs nothing more."""

    def __init__(self, *, keep_connections: bool) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=not keep_connections),
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # addresses, not names, are what links have
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=True,
            max_line_size=MOST_HEADER,
            max_field_size=MOST_HEADER,
            headers={"User-Agent": "gatecrash"},
        )
        # aiohttp would send a GET again, unasked, when its connection closed without an answer: what a user met would
        # be hidden. There is no public way to switch that off; aiohttp's own test client does the same.
        self._session._retry_connection = False

    async def close(self) -> None:
        await self._session.close()

    def visit(self) -> AbstractAsyncContextManager[User]:
        return nullcontext(self)

    async def forget(self) -> None:
        self._session.cookie_jar.clear()

    def cookies(self) -> tuple[Cookie, ...]:
        """All that the jar holds, for whoever goes on in this user's name."""
        return tuple(
            Cookie(name=each.key, value=each.value, domain=each["domain"], path=each["path"] or "/")
            for each in self._session.cookie_jar
        )

    async def look(self, answer: Answer) -> Answer:
        return answer

    async def send(self, request: Outgoing) -> Answer:
        began = time.monotonic()
        try:
            async with self._session.request(
                request.method,
                request.url,
                headers=_headers(request),
                data=_body(request),
                allow_redirects=request.follow,
            ) as response:
                body = await _read(response)
                return Answer(
                    method=response.method,
                    url=str(response.url),
                    status=response.status,
                    headers=tuple((name, _as_text(value)) for name, value in response.headers.items()),
                    body=body,
                    elapsed_s=time.monotonic() - began,
                    asked_for=request.asked_for,
                )
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise NoAnswer(_reason(error)) from error


def _headers(request: Outgoing) -> Mapping[str, str]:
    """What the step says goes before what its kind of request brings along, in whatever case it is written."""
    given = {name.lower() for name in request.headers}
    usual = {"Accept": ACCEPT[request.asked_for]}
    if request.json is not None:
        usual["Content-Type"] = "application/json"
    return {**{name: value for name, value in usual.items() if name.lower() not in given}, **request.headers}


def _body(request: Outgoing) -> aiohttp.FormData | Mapping[str, str] | bytes | None:
    if request.json is not None:
        return request.json
    if not request.files:
        return request.form
    form = aiohttp.FormData()
    for name, value in (request.form or {}).items():
        form.add_field(name, value)
    for file in request.files:
        form.add_field(file.field, file.content, filename=file.name, content_type=file.type)
    return form


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """All of the body, up to the limit."""
    chunks: list[bytes] = []
    size = 0
    while chunk := await response.content.readany():
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BODY:
            break
    return b"".join(chunks)


def _as_text(value: str) -> str:
    """Bytes that are no UTF-8 come as lone surrogates, which no file can hold."""
    return value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _reason(error: BaseException) -> str:
    """In the words of somebody who watched the connection."""
    cause = error.__cause__ or error.__context__
    for each in (error, cause):
        if isinstance(each, ConnectionRefusedError):
            return "connection refused"
        if isinstance(each, ConnectionResetError):
            return "connection reset"
    if isinstance(error, aiohttp.ClientPayloadError):
        unreadable = isinstance(cause, aiohttp.http_exceptions.ContentEncodingError)
        return "the answer can't be decompressed" if unreadable else "the answer was cut off"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "connection closed without an answer"
    if isinstance(error, aiohttp.TooManyRedirects):
        return "redirected again and again"
    if isinstance(error, (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError)):
        return f"redirected to {str(error.args[0])!r}, which is no address of a page"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"the answer is not HTTP: {error.message.partition(chr(10))[0].rstrip(' :').lower()}"
    if isinstance(error, aiohttp.ClientOSError) and error.errno is not None:
        return (error.strerror or "connection failed").lower()
    return str(error).splitlines()[0] if str(error) else type(error).__name__
