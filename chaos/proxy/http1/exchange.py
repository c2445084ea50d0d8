"""What the two directions of a connection must know of each other: which requests are still to be answered."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Exchange:
    """One request and its response. `chosen`: the toxic is to act on it.

    `swallowed`: the server never sees the request; `answer` is then ours, None while the request is still coming.
    `last`: nothing more is said to the client after it.
    """

    method: bytes
    chosen: bool = False
    swallowed: bool = False
    answer: bytes | None = None
    last: bool = False


@dataclass(slots=True)
class Exchanges:
    """Those of one connection that one toxic knows of, oldest first."""

    open: deque[Exchange] = field(default_factory=deque)
    opaque: bool = False  # the connection carries no HTTP (any more)
    upgrading: bool = False  # the last request asked for another protocol, and is not answered yet
    over: bool = False  # the client was told that its connection ends
    retired: bool = False  # the toxic is to be removed: nothing new is chosen

    def next_method(self) -> bytes | None:
        """Of the request that the server has to answer next."""
        if self.open and not self.open[0].swallowed:
            return self.open[0].method
        return None

    @property
    def next_is_let_be(self) -> bool:
        """Whether the next response passes whatever it says, and ends where its own head says."""
        if not self.open or self.upgrading:
            return False
        exchange = self.open[0]
        return not (exchange.chosen or exchange.swallowed or exchange.method == b"HEAD")

    @property
    def owed(self) -> bool:
        """Whether a client still has to get an answer of ours."""
        return any(exchange.swallowed for exchange in self.open)
