"""slow_close: data passes at once, the end of the direction later."""

from __future__ import annotations

from dataclasses import dataclass

from chaos.proxy.toxics.base import Attributes, Close, Effects, Toxic
from chaos.proxy.wire import milliseconds


@dataclass(frozen=True, slots=True)
class SlowCloseAttributes(Attributes):
    delay_s: float = milliseconds("delay")


class SlowClose(Toxic):
    __slots__ = ()

    attributes: SlowCloseAttributes
    schema = SlowCloseAttributes

    def on_close(self, now_s: float) -> Effects:
        return (Close(now_s + self.attributes.delay_s),)
