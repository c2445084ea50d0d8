"""http_delay: the response's first byte comes later; the rest follows it as it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from chaos.proxy.own_wire import duration
from chaos.proxy.toxics.base import Acted, Send
from chaos.proxy.toxics.http_act import Act
from chaos.proxy.toxics.http_base import HttpAttributes, HttpToxic

if TYPE_CHECKING:
    from chaos.proxy.http1.exchange import Exchange
    from chaos.proxy.http1.heads import ResponseHead
    from chaos.proxy.toxics.base import Effects


@dataclass(frozen=True, slots=True)
class HttpDelayAttributes(HttpAttributes):
    """`jitter_s` is drawn anew for each response, uniform in [-jitter_s, +jitter_s]."""

    delay_s: float = duration("delay")
    jitter_s: float = duration("jitter")


class Late(Act):
    __slots__ = ("_delay_s",)

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s

    def on_head(self, raw: bytes, now_s: float) -> Effects:
        yield Acted(requests=1)
        yield Send(raw, now_s + self._delay_s)


class HttpDelay(HttpToxic):
    """Responses of one connection stand in a queue, so a late one holds up those behind it."""

    __slots__ = ()

    attributes: HttpDelayAttributes
    schema = HttpDelayAttributes
    limit_bytes: ClassVar[int] = 1024 * 1024

    def on_response(self, response: ResponseHead, exchange: Exchange, now_s: float) -> Act | None:  # noqa: ARG002
        delay_s = self.attributes.delay_s
        if self.attributes.jitter_s:
            delay_s += self.site.rng.uniform(-self.attributes.jitter_s, self.attributes.jitter_s)
        return Late(delay_s) if delay_s > 0 else None
