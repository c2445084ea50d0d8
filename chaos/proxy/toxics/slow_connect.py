"""slow_connect: the client is accepted at once, the server is dialled later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chaos.proxy.own_wire import duration
from chaos.proxy.toxics.base import Attributes, Toxic


@dataclass(frozen=True, slots=True)
class SlowConnectAttributes(Attributes):
    """`jitter_s` is drawn once for each connection, uniform in [-jitter_s, +jitter_s]."""

    delay_s: float = duration("delay")
    jitter_s: float = duration("jitter")


class SlowConnect(Toxic):
    __slots__ = ()

    attributes: SlowConnectAttributes
    schema = SlowConnectAttributes
    own: ClassVar[bool] = True
    quick: ClassVar[bool] = True

    def connect_delay_s(self) -> float:
        jitter_s = self.attributes.jitter_s
        varied_s = self.site.rng.uniform(-jitter_s, jitter_s) if jitter_s else 0.0
        return max(self.attributes.delay_s + varied_s, 0.0)
