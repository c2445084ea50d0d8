"""What the two directions of a connection must know of each other: which requests are still to be answered."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Exchange:
    """One request and its response. `chosen`: the toxic is to act on it.

    `swallowed`: the server never sees the request; `answer` is then ours, None while the request is still coming.
    `last`: nothing more is said to the client after it. `plain`: the response is passed on whatever it says, and ends
    where its own head says.
    """

    method: bytes
    chosen: bool = False
    plain: bool = False
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
    _let_be: dict[bytes, Exchange] = field(default_factory=dict)

    def let_be(self, method: bytes) -> None:
        """A request that asks for no other protocol passes untouched. Nothing tells such apart but their methods."""
        exchange = self._let_be.get(method)
        if exchange is None:
            exchange = self._let_be[method] = Exchange(method, plain=method != b"HEAD")
        self.open.append(exchange)

    def next_method(self) -> bytes | None:
        """Of the request that the server has to answer next."""
        if self.open and not self.open[0].swallowed:
            return self.open[0].method
        return None

    @property
    def owed(self) -> bool:
        """Whether a client still has to get an answer of ours."""
        return any(exchange.swallowed for exchange in self.open)
