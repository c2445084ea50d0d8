"""slicer: chunks are cut into small pieces, sent one by one with a pause behind each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaos.proxy.toxics.base import Acted, Attributes, Effects, Send, Site, Toxic
from chaos.proxy.wire import microseconds, size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


@dataclass(frozen=True, slots=True)
class SlicerAttributes(Attributes):
    average_bytes: int = size("average_size", lowest=1)
    variation_bytes: int = size("size_variation")
    delay_s: float = microseconds("delay")


class Slicer(Toxic):
    __slots__ = ("_free_at_s",)

    attributes: SlicerAttributes
    schema = SlicerAttributes

    def __init__(self, attributes: Attributes, site: Site) -> None:
        super().__init__(attributes, site)
        self._free_at_s = 0.0

    def on_start(self, now_s: float) -> Effects:
        self._free_at_s = now_s
        return ()

    def on_data(self, data: bytes, now_s: float) -> Effects:
        average = self.attributes.average_bytes
        variation = min(self.attributes.variation_bytes, average)
        at_s = max(self._free_at_s, now_s)
        if len(data) > average + variation and not self.attributes.delay_s:
            yield Acted(bytes=len(data))  # cut without being held back
        for begin, end in _cuts(0, len(data), average, variation, self.site.rng if variation else None):
            self._free_at_s = at_s + self.attributes.delay_s
            yield Send(data[begin:end], at_s)
            at_s = self._free_at_s


def _cuts(begin: int, end: int, average: int, variation: int, rng: Random | None) -> Iterator[tuple[int, int]]:
    """Toxiproxy's cutting: halve, the middle moved by up to `variation`, until pieces are small enough."""
    waiting = [(begin, end)]
    while waiting:
        begin, end = waiting.pop()
        if end - begin <= average + variation:
            yield begin, end
            continue
        middle = begin + (end - begin) // 2
        if rng is not None:
            middle = min(max(middle + rng.randrange(-variation, variation), begin + 1), end - 1)
        waiting.append((middle, end))
        waiting.append((begin, middle))
