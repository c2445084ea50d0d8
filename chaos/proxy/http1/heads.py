"""Heads of messages, read by llhttp, and how the end of the body behind each is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chaos.proxy.http1.body import Body, Chunked, NotHttp, Sized, UntilClose

if TYPE_CHECKING:
    from types import ModuleType

LONGEST_HEAD_BYTES: Final = 64 * 1024
_INTERESTING: Final = frozenset((6, 7, 10, 14, 17))  # lengths of the names below
_NO_BODY: Final = (204, 304)


@dataclass(slots=True)
class Head:
    """`raw` is what was received, with empty lines that came before it. Names and values of `fields` are as sent."""

    raw: bytes
    fields: list[tuple[bytes, bytes]]
    version: str
    keep_alive: bool  # what the sender says; HTTP/1.1 does unless it says otherwise
    upgrade: bool
    body: Body | None  # how to find its end; None: there is none

    def values(self, name: bytes) -> list[bytes]:
        """`name` in lower case."""
        return [value for field, value in self.fields if field.lower() == name]


@dataclass(slots=True)
class RequestHead(Head):
    method: bytes
    target: bytes
    expects_continue: bool

    @property
    def path(self) -> str:
        """Without the query; as sent, so `%20` stays what it is. Empty for CONNECT and `*`."""
        target = self.target
        if not target.startswith(b"/"):
            _, scheme, rest = target.partition(b"://")
            if not scheme:
                return ""
            target = b"/" + rest.partition(b"/")[2]
        return target.partition(b"?")[0].partition(b"#")[0].decode("latin-1")


@dataclass(slots=True)
class ResponseHead(Head):
    status: int
    tunnel: bool  # after it, both directions are no HTTP any more

    @property
    def interim(self) -> bool:
        """Another response to the same request follows."""
        return self.status < 200 and self.status != 101


class HeadReader:
    """Reads one head after the other of one direction: the head's bytes, once each, and nothing else."""

    __slots__ = ("_fields", "_llhttp", "_of_responses", "_parser", "_reusable", "_target", "complete")

    def __init__(self, *, of_responses: bool) -> None:
        self._llhttp: ModuleType | None = None
        self._of_responses = of_responses
        self._parser: Any = None
        self._reusable = False  # llhttp is ready for the next head
        self._fields: list[tuple[bytes, bytes]] = []
        self._target = b""
        self.complete = False

    # Called by llhttp

    def on_url(self, part: bytes) -> None:
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        self.complete = True

    # Called by the framing

    def feed(self, data: bytes) -> None:
        """Raises NotHttp as soon as it can't be a head any more."""
        if self._llhttp is None:
            from chaos.proxy.http1 import llhttp

            self._llhttp = llhttp
        reads = self._llhttp
        if self._parser is None:
            self._parser = reads.response_parser(self) if self._of_responses else reads.request_parser(self)
        self._reusable = False  # should this raise
        self._reusable = reads.feed(self._parser, data)

    def skip_body(self, data: bytes) -> None:
        """Body that llhttp must see if it is to read the next head too; it needs none of it otherwise."""
        if self._reusable and self._llhttp is not None:
            try:
                self._reusable = self._llhttp.feed(self._parser, data)
            except NotHttp:
                self._reusable = False

    def reset(self) -> None:
        """What comes next is another message."""
        if not self._reusable:
            self._parser = None
        self._fields = []
        self._target = b""
        self.complete = False

    def request(self, raw: bytes) -> RequestHead:
        """The head that is complete. Raises NotHttp when its framing is ambiguous."""
        version = self._parser.get_http_version()
        length, codings, connection, upgrade, expects = _framing_of(self._fields)
        keep_alive = _keeps_alive(version, connection)
        body: Body | None = None
        if codings:
            body = Chunked()
        elif length:
            body = Sized(length)
        method = self._parser.get_method()
        upgrade = (upgrade and b"upgrade" in connection) or method == b"CONNECT"
        self._reusable = self._reusable and keep_alive and not upgrade and not codings
        return RequestHead(
            raw, self._fields, version, keep_alive, upgrade, body, method, self._target, expects and body is not None
        )

    def response(self, raw: bytes, method: bytes) -> ResponseHead:
        """The head that is complete, as the answer to a request with that method."""
        version, status = self._parser.get_http_version(), self._parser.get_status_code()
        length, codings, connection, _, _ = _framing_of(self._fields)
        keep_alive = _keeps_alive(version, connection)
        tunnel = status == 101 or (method == b"CONNECT" and 200 <= status < 300)
        body: Body | None = None
        if tunnel or status < 200 or status in _NO_BODY or method == b"HEAD":
            body = None
        elif codings:
            body = Chunked() if codings[-1].rpartition(b",")[2].strip().lower() == b"chunked" else UntilClose()
        elif length is None:
            body = UntilClose()
        elif length:
            body = Sized(length)
        if not keep_alive or tunnel or method == b"HEAD" or not (body is None or type(body) is Sized):
            self._reusable = False
        return ResponseHead(raw, self._fields, version, keep_alive, tunnel, body, status, tunnel)


def _framing_of(fields: list[tuple[bytes, bytes]]) -> tuple[int | None, list[bytes], bytes, bool, bool]:
    """Content-Length, Transfer-Encodings, Connection in lower case, whether there is an Upgrade and a 100-continue."""
    length: int | None = None
    codings: list[bytes] = []
    connection = b""
    upgrade = expects = False
    for name, value in fields:
        if len(name) in _INTERESTING:
            lower = name.lower()
            if lower == b"content-length":
                length = int(value) if value.isdigit() else None
            elif lower == b"transfer-encoding":
                codings.append(value)
            elif lower == b"connection":
                connection += b"," + value.lower()
            elif lower == b"upgrade":
                upgrade = True
            elif lower == b"expect":
                expects = value.lower() == b"100-continue"
    return length, codings, connection, upgrade, expects


def _keeps_alive(version: str, connection: bytes) -> bool:
    if not connection:
        return version == "1.1"
    tokens = [token.strip() for token in connection.split(b",")]
    return b"keep-alive" in tokens if version == "1.0" else b"close" not in tokens
