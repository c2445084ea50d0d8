"""What all HTTP toxics share: they follow the messages of both directions, and act on those that they are for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from chaos.proxy.http1.exchange import Exchange, Exchanges
from chaos.proxy.http1.framing import End, Piece, RequestFraming, ResponseFraming
from chaos.proxy.http1.heads import Head, RequestHead, ResponseHead
from chaos.proxy.http1.match import Match, match_field
from chaos.proxy.http1.whole import WholeReader
from chaos.proxy.toxics.base import Acted, Attributes, Close, Foreign, Send, Site, Toxic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chaos.proxy.http1.framing import Part
    from chaos.proxy.toxics.base import Effect, Effects
    from chaos.proxy.toxics.http_act import Act


@dataclass(frozen=True, slots=True)
class HttpAttributes(Attributes):
    match: Match = match_field()  # noqa: RUF009  # it is frozen

    @property
    def per_request(self) -> bool:
        return True


class HttpToxic(Toxic):
    """`on_request` and `on_response` are asked about messages of chosen exchanges; None passes one on untouched.

    Untouched messages pass byte for byte. What is no HTTP passes too, and is counted.
    """

    __slots__ = ("_act", "_exchanges", "_framing")

    attributes: HttpAttributes
    schema: ClassVar[type[Attributes]] = HttpAttributes
    own: ClassVar[bool] = True
    quick: ClassVar[bool] = True
    two_sided: ClassVar[bool] = True
    reads: ClassVar[bool] = True

    def __init__(self, attributes: Attributes, site: Site) -> None:
        super().__init__(attributes, site)
        key = f"http: {site.name}"
        found = site.shared.get(key)
        if site.stream == "upstream" or not isinstance(found, Exchanges):  # the twin upstream is always made first
            found = site.shared[key] = Exchanges()
        self._exchanges = found
        reader = site.common.reader
        if not isinstance(reader, WholeReader):
            reader = site.common.reader = WholeReader()
        self._framing: RequestFraming | ResponseFraming = (
            RequestFraming(reader.requests, late=site.late)
            if site.stream == "upstream"
            else ResponseFraming(reader.responses, found.next_method)
        )
        self._act: Act | None = None

    @classmethod
    def load(cls, attributes: Attributes) -> None:  # noqa: ARG003
        import chaos.proxy.http1.llhttp  # noqa: F401

    # For each kind to say

    def on_request(self, request: RequestHead, exchange: Exchange, now_s: float) -> Act | None:  # noqa: ARG002
        return None

    def on_response(self, response: ResponseHead, exchange: Exchange, now_s: float) -> Act | None:  # noqa: ARG002
        return None

    # Both directions

    def on_data(self, data: bytes, now_s: float) -> Effects | None:
        exchanges, framing = self._exchanges, self._framing
        if exchanges.opaque:
            held = framing.let_go()
            return (Send(held + data, now_s),) if held else None
        if exchanges.over:
            return (Acted(bytes=len(data)),)  # the client has been told that nobody listens any more
        # By far the most frequent case: one whole message, that is left alone.
        if isinstance(framing, RequestFraming):
            asked = framing.whole(data)
            if asked is not None:
                method, target = asked
                if self._chooses(method, target, data):
                    return self._run(framing.feed(data), now_s, chosen=True)
                exchanges.let_be(method)
                return None
        elif (waiting := exchanges.open) and waiting[0].plain and framing.whole(data):
            waiting.popleft()
            return (Send(data, now_s), *self._answers(now_s)) if waiting else None
        if framing.opaque:
            if exchanges.upgrading or not isinstance(framing, RequestFraming):
                return None
            framing.resume()
        return self._run(framing.feed(data), now_s)

    def on_close(self, now_s: float) -> Effects:
        yield from self._run(self._framing.close(), now_s)
        if self.site.stream == "downstream":
            yield from self._answers(now_s)
        yield Close(now_s)

    def on_answer(self, data: bytes, now_s: float) -> Effects:  # noqa: ARG002
        return self._answers(now_s)

    def _run(self, parts: Iterable[Part], now_s: float, *, chosen: bool | None = None) -> Iterator[Effect]:
        """Whatever passes untouched leaves in one piece as far as possible. `chosen`: that was decided before."""
        passed: list[bytes] = []
        for part in parts:
            act = self._act
            effects: Effects = ()
            if isinstance(part, End):
                effects = self._end(act, now_s)
            elif isinstance(part, Piece):
                if act is None:
                    passed.append(part.raw)
                    continue
                effects = act.on_piece(part, now_s)
            elif isinstance(part, bytes):
                passed.append(part)
                if not self._framing.foreign or self._exchanges.opaque:
                    continue
                self._exchanges.opaque = True
                if act is not None and act.must_finish:
                    passed.clear()
                effects = self._no_http(act, now_s)
            else:
                self._act = act = self._begin(part, now_s, chosen)
                if act is None:
                    passed.append(part.raw)
                    continue
                effects = act.on_head(part.raw, now_s)
            if effects:
                if passed:
                    yield Send(passed[0] if len(passed) == 1 else b"".join(passed), now_s)
                    passed.clear()
                yield from effects
        if passed:
            yield Send(passed[0] if len(passed) == 1 else b"".join(passed), now_s)

    def _begin(self, head: Head, now_s: float, chosen: bool | None) -> Act | None:
        if isinstance(head, RequestHead):
            if chosen is None:
                chosen = self._chooses(head.method, head.target, head.raw)
            return self._begin_request(head, now_s, chosen=chosen)
        assert isinstance(head, ResponseHead)
        return self._begin_response(head, now_s)

    def _end(self, act: Act | None, now_s: float) -> Effects:
        self._act = None
        effects = () if act is None else act.on_end(now_s)
        exchanges = self._exchanges
        if self.site.stream == "upstream":
            if exchanges.upgrading and isinstance(self._framing, RequestFraming):
                self._framing.pause()
            return effects
        exchanges.open.popleft()
        if exchanges.open and exchanges.open[0].answer is not None:
            return chain(effects, self._answers(now_s))
        return effects

    def _no_http(self, act: Act | None, now_s: float) -> Iterator[Effect]:
        """From here on this direction can't be read. What was begun can't be brought to its end then."""
        yield Foreign()
        if self._exchanges.owed or (act is not None and act.must_finish):
            yield Close(now_s, full=True)

    # Requests

    def _begin_request(self, request: RequestHead, now_s: float, *, chosen: bool) -> Act | None:
        exchanges = self._exchanges
        if not chosen and not request.upgrade:
            exchanges.let_be(request.method)
            exchanges.upgrading = False
            return None
        exchange = Exchange(request.method, chosen)
        exchanges.open.append(exchange)
        act = self.on_request(request, exchange, now_s) if chosen else None
        exchanges.upgrading = request.upgrade and not exchange.swallowed
        return act

    def _chooses(self, method: bytes, target: bytes, raw: bytes) -> bool:
        """One draw for each request that the matchers and ordinals let through."""
        if self._exchanges.retired or not self.attributes.match.fits(method, target, raw):
            return False
        common = self.site.common
        common.requests += 1
        if common.only_requests and common.requests not in common.only_requests:
            return False
        return common.toxicity >= 1 or (common.toxicity > 0 and self.site.rng.random() < common.toxicity)

    # Responses

    def _begin_response(self, response: ResponseHead, now_s: float) -> Act | None:
        if response.interim:
            return None
        exchanges = self._exchanges
        exchange = exchanges.open[0]
        if response.tunnel:
            exchanges.opaque = True
        elif exchanges.upgrading and len(exchanges.open) == 1:
            exchanges.upgrading = False
        return self.on_response(response, exchange, now_s) if exchange.chosen else None

    def _answers(self, now_s: float) -> Iterator[Effect]:
        """Ours, as far as it is their turn."""
        exchanges = self._exchanges
        while exchanges.open and (answer := exchanges.open[0].answer) is not None:
            exchange = exchanges.open.popleft()
            yield Send(answer, now_s)
            if exchange.last:
                exchanges.over = True
                yield Close(now_s)
                return

    # Removal

    def on_retire(self) -> None:
        self._exchanges.retired = True
        for exchange in self._exchanges.open:
            exchange.chosen = False
        if self._act is not None and not self._act.must_finish:
            self._act = None

    @property
    def busy(self) -> bool:
        if self._act is not None and self._act.must_finish:
            return True
        exchanges = self._exchanges
        return exchanges.over if self.site.stream == "upstream" else exchanges.owed

    def let_go(self) -> bytes:
        return self._framing.let_go()
