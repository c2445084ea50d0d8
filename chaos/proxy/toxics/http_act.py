"""What an HTTP toxic does to one message that it was chosen for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from chaos.proxy.toxics.base import Acted, Answer, Send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaos.proxy.http1.exchange import Exchange
    from chaos.proxy.http1.framing import Piece
    from chaos.proxy.toxics.base import Effect, Effects


class Act:
    """What is done to one message in place of passing it on. `must_finish`: its rest must not pass as it came."""

    __slots__ = ()

    must_finish: ClassVar[bool] = False

    def on_head(self, raw: bytes, now_s: float) -> Effects:
        return (Send(raw, now_s),)

    def on_piece(self, piece: Piece, now_s: float) -> Effects:
        return (Send(piece.raw, now_s),)

    def on_end(self, now_s: float) -> Effects:  # noqa: ARG002
        return ()


class Swallow(Act):
    """The request goes no further. `answer` is given when it is complete; at once if the client waits for leave."""

    __slots__ = ("_answer", "_at_once", "_exchange")

    must_finish: ClassVar[bool] = True

    def __init__(self, exchange: Exchange, answer: bytes, *, at_once: bool, last: bool) -> None:
        exchange.swallowed = True
        exchange.last = last
        self._exchange = exchange
        self._answer = answer
        self._at_once = at_once

    def on_head(self, raw: bytes, now_s: float) -> Effects:
        yield Acted(bytes=len(raw), requests=1)
        if self._at_once:
            yield from self._give(now_s)

    def on_piece(self, piece: Piece, now_s: float) -> Effects:  # noqa: ARG002
        yield Acted(bytes=len(piece.raw))

    def on_end(self, now_s: float) -> Effects:
        if not self._at_once:
            yield from self._give(now_s)

    def _give(self, now_s: float) -> Iterator[Effect]:
        self._exchange.answer = self._answer
        yield Answer(b"", now_s)  # the twin finds the answer in the exchange, and gives it in its turn
