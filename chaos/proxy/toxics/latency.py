"""latency: every chunk leaves a fixed time after it came, give or take a jitter; in order, one behind the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chaos.proxy.toxics.base import Attributes, Effects, Send, Toxic
from chaos.proxy.wire import milliseconds


@dataclass(frozen=True, slots=True)
class LatencyAttributes(Attributes):
    """`jitter_s` is drawn anew for each chunk, uniform in whole milliseconds of [-jitter_s, +jitter_s)."""

    delay_s: float = milliseconds("latency")
    jitter_s: float = milliseconds("jitter")


class Latency(Toxic):
    __slots__ = ()

    attributes: LatencyAttributes
    schema = LatencyAttributes
    # A delay costs throughput only when this is full: at most limit / delay bytes a second can pass.
    limit_bytes: ClassVar[int] = 64 * 1024 * 1024

    def on_data(self, data: bytes, now_s: float) -> Effects:
        delay_s = self.attributes.delay_s
        if self.attributes.jitter_s:
            jitter_ms = int(self.attributes.jitter_s * 1000)
            delay_s += self.site.rng.randrange(-jitter_ms, jitter_ms) / 1000
            delay_s = max(delay_s, 0.0)
        return (Send(data, now_s + delay_s),)
