"""reset_peer: the first chunk or end in this direction is swallowed, and some time later both sockets are reset."""

from __future__ import annotations

from dataclasses import dataclass

from chaos.proxy.toxics.base import Acted, Attributes, Effects, Reset, Toxic
from chaos.proxy.wire import milliseconds


@dataclass(frozen=True, slots=True)
class ResetPeerAttributes(Attributes):
    after_s: float = milliseconds("timeout")


class ResetPeer(Toxic):
    """Removed while it waits, it fires at once: bytes are missing from the stream already."""

    __slots__ = ()

    attributes: ResetPeerAttributes
    schema = ResetPeerAttributes

    def on_data(self, data: bytes, now_s: float) -> Effects:
        yield Acted(bytes=len(data))
        yield Reset(now_s + self.attributes.after_s)

    def on_close(self, now_s: float) -> Effects:
        yield Reset(now_s + self.attributes.after_s)
