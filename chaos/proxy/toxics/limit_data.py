"""limit_data: so many bytes pass, then the connection ends."""

from __future__ import annotations

from dataclasses import dataclass

from chaos.proxy.toxics.base import Acted, Attributes, Close, Effects, Send, Site, Toxic
from chaos.proxy.wire import size


@dataclass(frozen=True, slots=True)
class LimitDataAttributes(Attributes):
    limit_bytes: int = size("bytes")


class LimitData(Toxic):
    """Counts from the connection's start, or from when the toxic was added; an update keeps the count."""

    __slots__ = ("_passed_bytes",)

    attributes: LimitDataAttributes
    schema = LimitDataAttributes

    def __init__(self, attributes: Attributes, site: Site) -> None:
        super().__init__(attributes, site)
        self._passed_bytes = 0

    def on_data(self, data: bytes, now_s: float) -> Effects:
        left_bytes = max(self.attributes.limit_bytes - self._passed_bytes, 0)
        passed = data[:left_bytes]
        self._passed_bytes += len(passed)
        if passed:
            yield Send(passed, now_s)
        if len(data) >= left_bytes:
            yield Acted(bytes=len(data) - len(passed))
            yield Close(now_s, full=True)
