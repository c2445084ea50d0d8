"""One direction of one connection with a chain of toxics: the shell that reads, writes and waits for the chain."""

from __future__ import annotations

import math
from time import monotonic
from typing import TYPE_CHECKING

from chaos.proxy.link import LARGE_READ_BYTES, SMALL_READ_BYTES, Link
from chaos.proxy.poller import IN
from chaos.proxy.toxics.base import Close, Reset

if TYPE_CHECKING:
    from typing import Final

    from chaos.proxy.chain import Chain
    from chaos.proxy.connection import Connection
    from chaos.proxy.endpoint import Endpoint
    from chaos.proxy.flow import Flow
    from chaos.proxy.loop import Loop, Timer
    from chaos.proxy.stage import Stage
    from chaos.proxy.toxics.base import Answer

# Data taken out of the chain while the sink takes it; when it stops to, at most this much waits outside the chain.
_ROOM_BYTES: Final = 1024 * 1024


class ToxicLink(Link):
    __slots__ = ("_connection", "_gone", "_loop", "_read_bytes", "_recv", "_timer", "chain")

    def __init__(
        self, loop: Loop, source: Endpoint, sink: Endpoint, flow: Flow, chain: Chain, connection: Connection
    ) -> None:
        super().__init__(source, sink, flow)
        self.chain = chain
        self._loop = loop
        self._recv = source.sock.recv
        self._connection = connection
        self._timer: Timer | None = None
        self._read_bytes = SMALL_READ_BYTES
        self._gone = False  # handed over or closed
        loop.use_exact_timers()

    def start(self) -> None:
        self.run()

    def on_readable(self) -> None:
        try:
            data = self._recv(self._read_bytes)
        except BlockingIOError:
            return
        except OSError as error:
            self.source.break_off(error)
            return
        now_s = monotonic()  # after the read: what came just before it must not leave too early
        if not data:
            self.source.end()
            self.on_end()
            return
        self.flow.received_bytes += len(data)
        if len(data) == self._read_bytes:
            self._read_bytes = LARGE_READ_BYTES
        if self.sink.backlog:
            self.chain.feed(data, now_s)
        elif (passed := self.chain.pass_quickly(data, now_s)) is not None:
            self.flow.sent_bytes += self.sink.write(passed)
            return
        self.run(now_s)

    def on_room(self) -> bool:
        self.run()
        return bool(self.sink.backlog)

    def on_end(self) -> None:
        now_s = monotonic()
        self.chain.end(now_s)
        self.run(now_s)

    def hand_over(self) -> None:
        self._gone = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def run(self, now_s: float | None = None) -> None:
        """Let happen whatever is due, then wait for the next."""
        if now_s is None:
            now_s = monotonic()
        chain, sink = self.chain, self.sink
        if self._gone:
            return
        for output in chain.advance(now_s, 0 if sink.backlog else _ROOM_BYTES):
            if isinstance(output, bytes):
                self.flow.sent_bytes += sink.write(output)
            else:
                self._do(output, now_s)
            if self._gone:
                return
        if not chain.stages:
            self._connection.relax(self)
            return
        hungry = chain.hungry and not sink.finished
        if hungry != bool(self.source.wants & IN):
            self.source.read_on() if hungry else self.source.read_off()
        due_s = now_s if chain.tired else chain.next_due_s(now_s)
        if due_s != math.inf:
            self._wait_until(due_s)

    def _do(self, output: Close | Reset | tuple[Stage, Answer], now_s: float) -> None:
        if type(output) is Close:
            if output.full:
                self._connection.finish()
            else:
                self.sink.finish()
        elif type(output) is Reset:
            self._connection.reset()
        else:
            stage, answer = output
            self._connection.answer(self, stage.name, answer, now_s)

    def _wait_until(self, due_s: float) -> None:
        """A timer that comes too early, because it is older, finds nothing to do."""
        if self._timer is not None:
            if self._timer.due_s <= due_s:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(due_s, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self.run()
