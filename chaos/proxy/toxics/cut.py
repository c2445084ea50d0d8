"""cut: the connection ends after byte N of what is sent or answered, or of one HTTP message, with a close or a reset.

Upstream, the server has got so much of a request and no more: before it acknowledged. Downstream, it may have done all
that it was asked, and the client never hears of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaos.proxy.own_wire import choice, size
from chaos.proxy.toxics.base import Acted, Attributes, Close, Reset, Send, Site
from chaos.proxy.toxics.http_act import Act
from chaos.proxy.toxics.http_base import HttpAttributes, HttpToxic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaos.proxy.http1.exchange import Exchange
    from chaos.proxy.http1.framing import Piece
    from chaos.proxy.http1.heads import RequestHead, ResponseHead
    from chaos.proxy.toxics.base import Effect, Effects


@dataclass(frozen=True, slots=True)
class CutAttributes(HttpAttributes):
    """`of`: what the bytes are counted in; matchers are for messages. `end`: how the connection ends, on both sides."""

    passed_bytes: int = size("bytes")
    of: str = choice("of", "connection", "message")
    end: str = choice("end", "close", "reset")

    @property
    def per_request(self) -> bool:
        return self.of == "message"


class Counted(Act):
    """So many bytes of the message pass, head and framing of the body included."""

    __slots__ = ("_end", "_left_bytes")

    def __init__(self, passed_bytes: int, end: str) -> None:
        self._left_bytes = passed_bytes
        self._end = end

    def on_head(self, raw: bytes, now_s: float) -> Effects:
        return self.take(raw, now_s, requests=1)

    def on_piece(self, piece: Piece, now_s: float) -> Effects:
        return self.take(piece.raw, now_s, requests=1)

    def take(self, raw: bytes, now_s: float, *, requests: int) -> Iterator[Effect]:
        """The end comes with the last byte that may pass: nobody has to send one more."""
        passed = raw[: self._left_bytes]
        self._left_bytes -= len(passed)
        if passed:
            yield Send(passed, now_s)
        if not self._left_bytes:
            yield Acted(bytes=len(raw) - len(passed), requests=requests)
            yield Reset(now_s) if self._end == "reset" else Close(now_s, full=True)


class Cut(HttpToxic):
    """Of a connection, it counts from the connection's start, or from when the toxic was added."""

    __slots__ = ("_counted",)

    attributes: CutAttributes
    schema = CutAttributes

    def __init__(self, attributes: Attributes, site: Site) -> None:
        super().__init__(attributes, site)
        self._counted: Counted | None = None

    @classmethod
    def load(cls, attributes: Attributes) -> None:
        if attributes.per_request:
            super().load(attributes)

    def on_data(self, data: bytes, now_s: float) -> Effects | None:
        if self.attributes.of == "message":
            return super().on_data(data, now_s)
        if self.site.stream != self.site.home:
            return None
        if self._counted is None:
            self._counted = Counted(self.attributes.passed_bytes, self.attributes.end)
        return self._counted.take(data, now_s, requests=0)

    def on_request(self, request: RequestHead, exchange: Exchange, now_s: float) -> Act | None:  # noqa: ARG002
        return self._act_of_its_own() if self.site.home == "upstream" else None

    def on_response(self, response: ResponseHead, exchange: Exchange, now_s: float) -> Act | None:  # noqa: ARG002
        return self._act_of_its_own() if self.site.home == "downstream" else None

    def _act_of_its_own(self) -> Act:
        return Counted(self.attributes.passed_bytes, self.attributes.end)
