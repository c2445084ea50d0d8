"""bandwidth: bytes leave at a fixed rate per connection; at rate 0 nothing does, not even the end (a hang)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from chaos.proxy.toxics.base import Attributes, Close, Effects, Send, Site, Toxic
from chaos.proxy.wire import kilobytes_per_second

# A chunk leaves in pieces of this much time. Toxiproxy's are of 100 ms; the amount passed by then is the same.
_PIECE_S: Final = 0.01
# What waits here lasts for so long at least: otherwise our own lateness would count as time without data.
_WAITING_S: Final = 0.03


@dataclass(frozen=True, slots=True)
class BandwidthAttributes(Attributes):
    rate_bytes_per_s: int = kilobytes_per_second("rate")


class Bandwidth(Toxic):
    """Each byte is paid for before it leaves; time without data earns no credit."""

    __slots__ = ("_paid_until_s",)

    attributes: BandwidthAttributes
    schema = BandwidthAttributes

    def __init__(self, attributes: Attributes, site: Site) -> None:
        super().__init__(attributes, site)
        self._paid_until_s = 0.0

    @property
    def limit_bytes(self) -> int:  # type: ignore[override]
        return max(Toxic.limit_bytes, int(self.attributes.rate_bytes_per_s * _WAITING_S))

    def on_start(self, now_s: float) -> Effects:
        self._paid_until_s = now_s
        return ()

    def on_data(self, data: bytes, now_s: float) -> Effects:
        rate = self.attributes.rate_bytes_per_s
        if rate == 0:
            yield Send(data, math.inf)
            return
        # A virtual clock: what a late timer lost on one piece is not lost on the next, so the mean rate is exact.
        start_s = max(self._paid_until_s, now_s)
        piece_bytes = max(int(rate * _PIECE_S), 1)
        for begin in range(0, len(data), piece_bytes):
            piece = data[begin : begin + piece_bytes]
            self._paid_until_s = start_s + (begin + len(piece)) / rate
            yield Send(piece, self._paid_until_s)

    def on_close(self, now_s: float) -> Effects:
        yield Close(now_s if self.attributes.rate_bytes_per_s else math.inf)
