"""http_truncate: the response breaks off after so many bytes of its body, and the connection ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaos.proxy.http1.body import Sized
from chaos.proxy.own_wire import size
from chaos.proxy.toxics.base import Acted, Close, Send
from chaos.proxy.toxics.http_act import Act
from chaos.proxy.toxics.http_base import HttpAttributes, HttpToxic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaos.proxy.http1.exchange import Exchange
    from chaos.proxy.http1.framing import Framing, Piece
    from chaos.proxy.http1.heads import ResponseHead
    from chaos.proxy.toxics.base import Effect, Effects


@dataclass(frozen=True, slots=True)
class HttpTruncateAttributes(HttpAttributes):
    passed_bytes: int = size("bytes")


class Truncated(Act):
    """Content counts, the framing of chunks does not. A body that is shorter passes whole."""

    __slots__ = ("_framing", "_passed_bytes")

    def __init__(self, framing: Framing, passed_bytes: int) -> None:
        self._framing = framing
        self._passed_bytes = passed_bytes
        framing.split_at_bytes = passed_bytes

    def on_head(self, raw: bytes, now_s: float) -> Effects:
        yield Send(raw, now_s)
        if not self._passed_bytes:
            yield from _break_off(now_s)

    def on_piece(self, piece: Piece, now_s: float) -> Effects:
        yield Send(piece.raw, now_s)
        if self._framing.payload_bytes >= self._passed_bytes:
            yield from _break_off(now_s)


def _break_off(now_s: float) -> Iterator[Effect]:
    yield Acted(requests=1)
    yield Close(now_s, full=True)


class HttpTruncate(HttpToxic):
    __slots__ = ()

    attributes: HttpTruncateAttributes
    schema = HttpTruncateAttributes

    def on_response(self, response: ResponseHead, exchange: Exchange, now_s: float) -> Act | None:  # noqa: ARG002
        body, passed_bytes = response.body, self.attributes.passed_bytes
        if body is None or (isinstance(body, Sized) and body.left_bytes <= passed_bytes):
            return None
        return Truncated(self._framing, passed_bytes)
