"""One user: a cookie jar, and requests sent as a browser or an API client would send them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from typing import Final

import aiohttp

from chaos.experiment.request import FilePart, Step
from chaos.journeys.answer import Answer

ACCEPT: Final[Mapping[str, str]] = {
    "html": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
    "json": "application/json,application/problem+json;q=0.9,*/*;q=0.1",
}
MOST_BODY: Final = 8 * 1024 * 1024
"""Bytes of an answer that are read; the rest is not what a user waits for."""
MOST_HEADER: Final = 256 * 1024
"""Bytes of one header: as much as browsers take."""


class NoAnswer(Exception):
    """No complete answer came; the message says why in a few words."""


class User:
    """A person with an own cookie jar. `rng` makes the bytes of the files that they send."""

    def __init__(self, name: str, rng: random.Random, *, keep_connections: bool) -> None:
        self.name = name
        self._rng = rng
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

    def forget(self) -> None:
        """Come as a stranger: without cookies."""
        self._session.cookie_jar.clear()

    async def send(self, step: Step, url: str) -> Answer:
        """The answer with its whole body. Raises `NoAnswer` when the connection did not bring one."""
        began = time.monotonic()
        try:
            async with self._session.request(
                step.method.upper(),
                url,
                headers={"Accept": ACCEPT[step.asks_for], **step.headers},
                data=self._form(step),
                json=step.body,
                allow_redirects=step.follow,
            ) as response:
                body = await _read(response)
                return Answer(
                    method=response.method,
                    url=str(response.url),
                    status=response.status,
                    headers=tuple((name, _as_text(value)) for name, value in response.headers.items()),
                    body=body,
                    elapsed_s=time.monotonic() - began,
                    asked_for=step.asks_for,
                )
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise NoAnswer(_reason(error)) from error

    def _form(self, step: Step) -> aiohttp.FormData | Mapping[str, str] | None:
        if step.file is None:
            return step.form
        form = aiohttp.FormData()
        for name, value in (step.form or {}).items():
            form.add_field(name, value)
        for name, part in step.file.items():
            form.add_field(name, self._content(part), filename=part.name, content_type=part.type)
        return form

    def _content(self, part: FilePart) -> bytes:
        return part.text.encode() if part.text is not None else self._rng.randbytes(part.random or 0)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """All of the body, up to the limit."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BODY:
            break
    return b"".join(chunks)


def _as_text(value: str) -> str:
    """Bytes that are no UTF-8 come as lone surrogates, which no file can hold."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
