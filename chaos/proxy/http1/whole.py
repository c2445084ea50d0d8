"""Whole messages: one that comes in one piece, as most do, is read by llhttp in one call and not taken apart."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from chaos.proxy.http1.heads import LONGEST_HEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from httptools import HttpRequestParser, HttpResponseParser

_END: Final = b""  # of a message, among what llhttp tells; URLs and pieces of bodies are never empty


class WholeReader:
    """For all connections: one message after the other, and nothing that would have to be kept between them."""

    __slots__ = ("requests", "responses")

    def __init__(self) -> None:
        self.requests = WholeRequests()
        self.responses = WholeResponses()


class _Told:
    """What llhttp tells, in a list: a function of ours for each part would cost as much as all the reading."""

    __slots__ = ("on_body", "on_message_complete", "on_url")

    def __init__(self, parts: list[bytes]) -> None:
        self.on_url: Callable[[bytes], None] = parts.append
        self.on_body: Callable[[bytes], None] = parts.append
        self.on_message_complete = partial(parts.append, _END)


class WholeRequests:
    """llhttp goes on with the next as long as it has seen whole messages and nothing else; then it begins anew."""

    __slots__ = ("_parser", "_parts", "_stops")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._parser: HttpRequestParser | None = None
        self._stops: tuple[type[Exception], ...] = ()

    def read(self, data: bytes) -> tuple[bytes, bytes] | None:
        """Method and target of the request that `data` is. None: it is not exactly one, or one that upgrades."""
        if len(data) > LONGEST_HEAD_BYTES:
            return None
        parts, parser = self._parts, self._parser or self._begin()
        try:
            parser.feed_data(data)
        except self._stops:
            pass
        else:
            # Kept alive: after the end of a message llhttp knows no more than its version, and 0.9 had no heads.
            if parts and parts.pop() is _END and len(parts) <= 2 and parser.should_keep_alive():
                body_bytes = len(parts.pop()) if len(parts) == 2 else 0
                # The parts may all be there, and line ends or the beginning of another message behind them.
                if data.find(b"\r\n\r\n") + 4 + body_bytes == len(data):
                    return parser.get_method(), parts.pop()
        parts.clear()
        self._parser = None
        return None

    def _begin(self) -> HttpRequestParser:
        from chaos.proxy.http1 import llhttp

        self._stops = llhttp.STOPS
        self._parser = parser = llhttp.request_parser(_Told(self._parts))
        return parser


class WholeResponses:
    """The same of responses, to requests with a method other than HEAD and CONNECT."""

    __slots__ = ("_parser", "_parts", "_stops")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._parser: HttpResponseParser | None = None
        self._stops: tuple[type[Exception], ...] = ()

    def read(self, data: bytes) -> bool:
        """Whether `data` is exactly one final response. Not if its body ends with the connection."""
        if len(data) > LONGEST_HEAD_BYTES:
            return False
        parts, parser = self._parts, self._parser or self._begin()
        try:
            parser.feed_data(data)
        except self._stops:
            pass
        else:
            if parts and parts.pop() is _END and len(parts) <= 1 and parser.get_status_code() >= 200:
                body_bytes = len(parts.pop()) if parts else 0
                if data.find(b"\r\n\r\n") + 4 + body_bytes == len(data):
                    return True
        parts.clear()
        self._parser = None
        return False

    def _begin(self) -> HttpResponseParser:
        from chaos.proxy.http1 import llhttp

        self._stops = llhttp.STOPS
        self._parser = parser = llhttp.response_parser(_Told(self._parts))
        return parser
