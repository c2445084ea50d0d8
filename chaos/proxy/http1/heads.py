"""Heads of messages: llhttp says whether they are HTTP, and then what matters is picked from their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from chaos.proxy.http1.body import Body, Chunked, NotHttp, Sized, UntilClose

if TYPE_CHECKING:
    from chaos.proxy.http1.llhttp import Parser

LONGEST_HEAD_BYTES: Final = 64 * 1024
_NO_BODY: Final = (204, 304)


@dataclass(slots=True)
class Head:
    """`raw` is what was received, with empty lines that came before it."""

    raw: bytes
    version: bytes  # 1.1
    keep_alive: bool  # what the sender says; HTTP/1.1 does unless it says otherwise
    body: Body | None  # how to find its end; None: there is none


@dataclass(slots=True)
class RequestHead(Head):
    method: bytes
    target: bytes
    upgrade: bool
    expects_continue: bool


@dataclass(slots=True)
class ResponseHead(Head):
    status: int
    tunnel: bool  # after it, both directions are no HTTP any more

    @property
    def interim(self) -> bool:
        """Another response to the same request follows."""
        return self.status < 200 and self.status != 101


class HeadReader:
    """Reads one head: its bytes, once each, and nothing else."""

    __slots__ = ("_feed", "_parser", "_told", "on_headers_complete")

    def __init__(self, *, of_responses: bool) -> None:
        from chaos.proxy.http1 import llhttp

        self._told: list[bool] = []
        # llhttp has checked the other parts; a call for each would cost more than to look at them. A method of ours
        # would be known to the parser, and we to it: a circle for the garbage collector, with every head.
        self.on_headers_complete = partial(self._told.append, True)
        self._parser: Parser = llhttp.response_parser(self) if of_responses else llhttp.request_parser(self)
        self._feed = llhttp.feed

    @property
    def complete(self) -> bool:
        return bool(self._told)

    def feed(self, data: bytes) -> None:
        """Raises NotHttp as soon as it can't be a head any more."""
        self._feed(self._parser, data)


def request_head(raw: bytes) -> RequestHead:
    """From the bytes of a complete head. Raises NotHttp: of old, a request had no version and no headers."""
    words = raw.split(None, 3)
    if len(words) < 3:
        raise NotHttp("a request without a version")
    method, target, protocol = words[:3]
    lower = raw.lower()
    version, keep_alive = protocol[5:], protocol == b"HTTP/1.1"
    upgrade = method == b"CONNECT"
    if b"\r\nconnection:" in lower:
        tokens = _tokens(lower, b"connection")
        keep_alive = b"keep-alive" in tokens if version == b"1.0" else b"close" not in tokens
        upgrade = upgrade or (b"upgrade" in tokens and b"\r\nupgrade:" in lower)
    body: Body | None = None
    if b"\r\ntransfer-encoding:" in lower:
        body = Chunked()
    elif b"\r\ncontent-length:" in lower and (length := _length(lower)):
        body = Sized(length)
    expects = body is not None and b"\r\nexpect:" in lower and b"100-continue" in _tokens(lower, b"expect")
    return RequestHead(raw, version, keep_alive, body, method, target, upgrade, expects)


def response_head(raw: bytes, method: bytes) -> ResponseHead:
    """From the bytes of a complete head, as the answer to a request with that method."""
    words = raw.lstrip(b"\r\n").split(None, 2)
    lower = raw.lower()
    version, status, keep_alive = words[0][5:], int(words[1]), words[0] == b"HTTP/1.1"
    if b"\r\nconnection:" in lower:
        tokens = _tokens(lower, b"connection")
        keep_alive = b"keep-alive" in tokens if version == b"1.0" else b"close" not in tokens
    tunnel = status == 101 or (method == b"CONNECT" and 200 <= status < 300)
    body: Body | None = None
    if tunnel or status < 200 or status in _NO_BODY or method == b"HEAD":
        pass
    elif b"\r\ntransfer-encoding:" in lower:
        body = Chunked() if _tokens(lower, b"transfer-encoding")[-1] == b"chunked" else UntilClose()
    elif b"\r\ncontent-length:" in lower:
        length = _length(lower)
        body = Sized(length) if length else None
    else:
        body = UntilClose()
    return ResponseHead(raw, version, keep_alive, body, status, tunnel)


def path_of(target: bytes) -> str:
    """Without the query; as sent, so `%20` stays what it is. Empty for CONNECT and `*`."""
    if target[:1] != b"/":
        _, scheme, rest = target.partition(b"://")
        if not scheme:
            return ""
        target = b"/" + rest.partition(b"/")[2]
    return target.partition(b"?")[0].partition(b"#")[0].decode("latin-1")


def values_of(name: bytes, head: bytes) -> list[bytes]:
    """Of all headers with that name, which is given in lower case. A body may follow the head."""
    lines = head.lstrip(b"\r\n").partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    fields = (line.partition(b":") for line in lines)
    return [value.strip(b" \t") for field, _, value in fields if field.lower() == name]


def _length(lower: bytes) -> int:
    """llhttp has seen to it that there is one, and a number."""
    return int(lower.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])


def _tokens(lower: bytes, name: bytes) -> list[bytes]:
    """Of all headers with that name, in order."""
    values = lower.split(b"\r\n" + name + b":")[1:]
    return [token.strip() for value in values for token in value.partition(b"\r\n")[0].split(b",")]
