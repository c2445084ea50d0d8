"""http_count: nothing goes wrong; it counts the requests that come by."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from chaos.proxy.http1.framing import End, RequestFraming
from chaos.proxy.http1.heads import RequestHead
from chaos.proxy.http1.whole import WholeReader
from chaos.proxy.toxics.base import Acted, Attributes, Effect, Foreign, Send, Site, Toxic

if TYPE_CHECKING:
    from chaos.proxy.toxics.base import Effects


class HttpCount(Toxic):
    """Every byte passes as it came, and at once. Answers are not looked at, so their direction stays a plain relay."""

    __slots__ = ("_framing", "_turns")

    own: ClassVar[bool] = True
    quick: ClassVar[bool] = True
    reads: ClassVar[bool] = True
    upstream_only: ClassVar[bool] = True

    def __init__(self, attributes: Attributes, site: Site) -> None:
        super().__init__(attributes, site)
        reader = site.common.reader
        if not isinstance(reader, WholeReader):
            reader = site.common.reader = WholeReader()
        self._framing = RequestFraming(reader.requests, late=site.late)
        self._turns = False  # the request at hand asks for another protocol

    @classmethod
    def load(cls, attributes: Attributes) -> None:  # noqa: ARG003
        import chaos.proxy.http1.llhttp  # noqa: F401

    def on_data(self, data: bytes, now_s: float) -> Effects | None:
        framing = self._framing
        if framing.opaque:
            return None
        requests = 1 if framing.whole(data) is not None else self._take_apart(data)
        effects: list[Effect] = [Acted(requests=requests)] if requests else []
        if framing.foreign:
            effects.append(Foreign())
        return (*effects, Send(data, now_s)) if effects else None

    def _take_apart(self, data: bytes) -> int:
        """How many requests begin in it."""
        requests = 0
        for part in self._framing.feed(data):
            if isinstance(part, RequestHead):
                requests += 1
                self._turns = part.upgrade or part.method == b"CONNECT"
            elif isinstance(part, End) and self._turns:
                self._framing.resume()  # whether the server agreed is not known: requests may go on
        return requests
