"""http_body: the response's body is another one: a text, nothing, or garbage; with a Content-Length that is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from chaos.proxy.http1.reply import with_fields
from chaos.proxy.own_wire import size, text
from chaos.proxy.toxics.base import Acted, Send
from chaos.proxy.toxics.http_act import Act
from chaos.proxy.toxics.http_base import HttpAttributes, HttpToxic

if TYPE_CHECKING:
    from chaos.proxy.http1.exchange import Exchange
    from chaos.proxy.http1.framing import Piece
    from chaos.proxy.http1.heads import ResponseHead
    from chaos.proxy.toxics.base import Effects

_MOST_GARBAGE_BYTES = 16 * 1024 * 1024
# What described the body that there was.
_OF_THE_BODY = frozenset(
    (
        b"content-length",
        b"transfer-encoding",
        b"trailer",
        b"content-encoding",
        b"content-md5",
        b"content-digest",
        b"digest",
        b"etag",
    )
)


@dataclass(frozen=True, slots=True)
class HttpBodyAttributes(HttpAttributes):
    """`garbage_bytes` random bytes, if more than 0, instead of `body`. No `content_type`: the server's stays."""

    body: bytes = text("body")
    garbage_bytes: int = size("garbage", highest=_MOST_GARBAGE_BYTES)
    content_type: str = text("content_type", line=True)


class Replaced(Act):
    """All of the new response leaves with the head of the old one, whose body is swallowed."""

    __slots__ = ("_sent",)

    must_finish: ClassVar[bool] = True

    def __init__(self, sent: bytes) -> None:
        self._sent = sent

    def on_head(self, raw: bytes, now_s: float) -> Effects:  # noqa: ARG002
        yield Acted(requests=1)
        yield Send(self._sent, now_s)

    def on_piece(self, piece: Piece, now_s: float) -> Effects:  # noqa: ARG002
        yield Acted(bytes=len(piece.raw))


class HttpBody(HttpToxic):
    """Responses that can have no body (to HEAD; 204, 304) pass untouched."""

    __slots__ = ()

    attributes: HttpBodyAttributes
    schema = HttpBodyAttributes

    def on_response(self, response: ResponseHead, exchange: Exchange, now_s: float) -> Act | None:  # noqa: ARG002
        if exchange.method == b"HEAD" or response.tunnel or response.status in (204, 304):
            return None
        asked = self.attributes
        body = self.site.rng.randbytes(asked.garbage_bytes) if asked.garbage_bytes else asked.body
        added = [("Content-Length", str(len(body)))]
        dropped = set(_OF_THE_BODY)
        if asked.content_type:
            added.append(("Content-Type", asked.content_type))
            dropped.add(b"content-type")
        return Replaced(with_fields(response, dropped, added) + body)
