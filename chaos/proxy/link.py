"""One direction of one connection: from the endpoint that is read to the endpoint that is written."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from chaos.proxy.endpoint import Endpoint
    from chaos.proxy.flow import Flow

SMALL_READ_BYTES: Final = 64 * 1024
LARGE_READ_BYTES: Final = 256 * 1024


class Link:
    """Base of both kinds: `Relay` without toxics, `ToxicLink` with a chain. One takes over from the other in flight."""

    __slots__ = ("flow", "sink", "source")

    def __init__(self, source: Endpoint, sink: Endpoint, flow: Flow) -> None:
        self.source = source
        self.sink = sink
        self.flow = flow
        source.reader = self
        sink.writer = self

    def start(self) -> None:
        """Begin, or take over: read the source if it may be read."""
        raise NotImplementedError

    def on_readable(self) -> None:
        """There may be something to read."""
        raise NotImplementedError

    def on_room(self) -> bool:
        """All that waited in the sink is gone. Returns whether something waits for room again."""
        raise NotImplementedError

    def on_end(self) -> None:
        """The source has ended; pass that on behind the data."""
        raise NotImplementedError

    def hand_over(self) -> None:
        """Another link takes this direction over: what only this one holds goes to the sink's backlog, timers stop."""
        raise NotImplementedError
