"""http_malformed: a response that is no proper HTTP, after which the connection ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaos.proxy.http1.reply import with_fields
from chaos.proxy.own_wire import choice
from chaos.proxy.toxics.base import Acted, Close, Send
from chaos.proxy.toxics.http_act import Act
from chaos.proxy.toxics.http_base import HttpAttributes, HttpToxic

if TYPE_CHECKING:
    from chaos.proxy.http1.exchange import Exchange
    from chaos.proxy.http1.heads import ResponseHead
    from chaos.proxy.toxics.base import Effects

_FRAMING = (b"content-length", b"transfer-encoding", b"trailer")


@dataclass(frozen=True, slots=True)
class HttpMalformedAttributes(HttpAttributes):
    """What is wrong: the status line, a header, the framing of the chunks, or two lengths that contradict."""

    kind: str = choice("kind", "status_line", "header", "chunk", "length")


class Malformed(Act):
    __slots__ = ("_sent",)

    def __init__(self, sent: bytes) -> None:
        self._sent = sent

    def on_head(self, raw: bytes, now_s: float) -> Effects:
        yield Acted(requests=1, bytes=len(raw))
        yield Send(self._sent, now_s)
        yield Close(now_s, full=True)


class HttpMalformed(HttpToxic):
    __slots__ = ()

    attributes: HttpMalformedAttributes
    schema = HttpMalformedAttributes

    def on_response(self, response: ResponseHead, exchange: Exchange, now_s: float) -> Act | None:  # noqa: ARG002
        return Malformed(_broken(self.attributes.kind, response))


def _broken(kind: str, response: ResponseHead) -> bytes:
    if kind == "status_line":
        status_line, _, rest = response.raw.lstrip(b"\r\n").partition(b"\r\n")
        version, _, words = status_line.partition(b" ")
        return version + b" OK" + words + b"\r\n" + rest
    if kind == "header":
        status_line, _, rest = response.raw.lstrip(b"\r\n").partition(b"\r\n")
        return status_line + b"\r\nThis line is \x00 no header\r\n" + rest
    if kind == "length":
        return with_fields(response, _FRAMING, [("Content-Length", "3"), ("Content-Length", "5")]) + b"12345"
    return with_fields(response, _FRAMING, [("Transfer-Encoding", "chunked")]) + b"no size of a chunk\r\nlost\r\n"
