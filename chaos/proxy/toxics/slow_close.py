"""slow_close: data passes at once, the end of the direction later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaos.proxy.toxics.base import Attributes, Close, Effect, Toxic
from chaos.proxy.wire import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class SlowCloseAttributes(Attributes):
    delay_s: float = milliseconds("delay")


class SlowClose(Toxic):
    __slots__ = ()

    attributes: SlowCloseAttributes
    schema = SlowCloseAttributes

    def on_close(self, now_s: float) -> Iterator[Effect]:
        yield Close(now_s + self.attributes.delay_s)
