"""timeout: all data is swallowed; the connection ends when none has come for a while (0: never by itself)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from chaos.proxy.toxics.base import Acted, Attributes, Close, Effects, Toxic, Wake
from chaos.proxy.wire import milliseconds


@dataclass(frozen=True, slots=True)
class TimeoutAttributes(Attributes):
    after_s: float = milliseconds("timeout")


class Timeout(Toxic):
    __slots__ = ()

    attributes: TimeoutAttributes
    schema = TimeoutAttributes

    def on_start(self, now_s: float) -> Effects:
        yield Wake(now_s + self.attributes.after_s if self.attributes.after_s else math.inf)

    def on_data(self, data: bytes, now_s: float) -> Effects:
        yield Acted(bytes=len(data))
        yield from self.on_start(now_s)

    def on_wake(self, now_s: float) -> Effects:
        yield Close(now_s, full=True)

    def on_remove(self, now_s: float) -> Effects:
        """The stream has a gap by now: it must not go on as if nothing had happened."""
        yield Close(now_s, full=True)
