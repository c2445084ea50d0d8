"""corrupt: single bytes are changed on their way; which, and into what, depends on the seed and not on the chunks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from chaos.proxy.own_wire import real, size
from chaos.proxy.toxics.base import Acted, Attributes, Send, Site, Toxic

if TYPE_CHECKING:
    from chaos.proxy.toxics.base import Effects

_NEVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class CorruptAttributes(Attributes):
    """Of each `every_bytes` the last one, if that is more than 0; otherwise every byte with this probability."""

    probability: float = real("probability", 0.001, 0, 1)
    every_bytes: int = size("every")


class Corrupt(Toxic):
    __slots__ = ("_gap_bytes",)

    attributes: CorruptAttributes
    schema = CorruptAttributes
    own: ClassVar[bool] = True
    quick: ClassVar[bool] = True

    def __init__(self, attributes: Attributes, site: Site) -> None:
        super().__init__(attributes, site)
        self._gap_bytes: int | None = None  # so many are left as they are before the next one is changed

    def on_start(self, now_s: float) -> Effects:  # noqa: ARG002
        self._gap_bytes = None  # there may be new attributes
        return ()

    def on_data(self, data: bytes, now_s: float) -> Effects:
        gap_bytes = self._next_gap_bytes() if self._gap_bytes is None else self._gap_bytes
        if gap_bytes >= len(data):
            self._gap_bytes = gap_bytes - len(data)
            return (Send(data, now_s),)
        changed, count = bytearray(data), 0
        while gap_bytes < len(changed):
            changed[gap_bytes] ^= self.site.rng.randrange(1, 256)
            count += 1
            gap_bytes += 1 + self._next_gap_bytes()
        self._gap_bytes = gap_bytes - len(changed)
        return (Acted(bytes=count), Send(bytes(changed), now_s))

    def _next_gap_bytes(self) -> int:
        """One draw for each byte that is changed, rather than for each that passes."""
        if self.attributes.every_bytes:
            return self.attributes.every_bytes - 1
        probability = self.attributes.probability
        if probability >= 1:
            return 0
        if probability <= 0:
            return _NEVER
        return min(int(math.log(1.0 - self.site.rng.random()) / math.log1p(-probability)), _NEVER)
