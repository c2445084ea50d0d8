"""A direction without toxics: what comes is sent on. Small data is copied, bulk is spliced."""

from __future__ import annotations

from chaos.proxy.link import LARGE_READ_BYTES, SMALL_READ_BYTES, Link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from chaos.proxy.endpoint import Endpoint
    from chaos.proxy.flow import Flow
    from chaos.proxy.splice import Pipe, PipePool

# So many small rounds in a row, and it is no bulk transfer any more.
_SMALL_ROUNDS: Final = 16


class Relay(Link):
    """Reads only while the sink has room: back-pressure reaches the sender, and nothing piles up here."""

    __slots__ = ("_pipe", "_pipes", "_read_bytes", "_recv", "_send", "_small_rounds")

    def __init__(self, source: Endpoint, sink: Endpoint, flow: Flow, pipes: PipePool) -> None:
        super().__init__(source, sink, flow)
        self._recv = source.sock.recv
        self._send = sink.sock.send
        self._read_bytes = SMALL_READ_BYTES
        self._pipes = pipes
        self._pipe: Pipe | None = None
        self._small_rounds = 0

    def start(self) -> None:
        if self.sink.backlog:
            self.source.read_off()
        else:
            self.source.read_on()

    def on_readable(self) -> None:
        if self._pipe is not None:
            self._splice(self._pipe)
            return
        try:
            data = self._recv(self._read_bytes)
        except BlockingIOError:
            return
        except OSError as error:
            self.source.break_off(error)
            return
        size = len(data)
        if not size:
            self.source.end()
            self.on_end()
            return
        flow = self.flow
        flow.received_bytes += size
        try:
            sent = self._send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self.sink.break_off(error)
            return
        flow.sent_bytes += sent
        if sent != size:
            self.source.read_off()
            self.sink.keep(memoryview(data)[sent:])
        if size == self._read_bytes:
            self._go_bulk()

    def on_room(self) -> bool:
        if self._pipe is not None and self._pipe.held_bytes:
            return not self._drain(self._pipe)
        self.source.read_on()
        return False

    def on_end(self) -> None:
        pipe = self._pipe
        if pipe is not None and pipe.held_bytes:
            return  # `_drain` finishes
        self._leave_bulk()
        self.sink.finish()

    def hand_over(self) -> None:
        pipe = self._pipe
        if pipe is not None and pipe.held_bytes:
            rest = pipe.empty()
            if not self.sink.finished:
                self.sink.keep(memoryview(rest))
            if self.source.ended:
                self.sink.finish()
        self._leave_bulk()

    # Bulk

    def _go_bulk(self) -> None:
        self._pipe = self._pipes.take()
        self._small_rounds = 0
        if self._pipe is None:
            self._read_bytes = LARGE_READ_BYTES

    def _leave_bulk(self) -> None:
        if self._pipe is not None:
            self._pipes.give_back(self._pipe)
            self._pipe = None
            self._read_bytes = SMALL_READ_BYTES

    def _splice(self, pipe: Pipe) -> None:
        try:
            size = pipe.fill(self.source.fd)
        except BlockingIOError:
            return
        except OSError as error:
            self.source.break_off(error)
            return
        if not size:
            self.source.end()
            self.on_end()
            return
        self.flow.received_bytes += size
        if not self._drain(pipe):
            self.source.read_off()
            self.sink.write_when_possible()
        elif size >= SMALL_READ_BYTES:
            self._small_rounds = 0
        else:
            self._small_rounds += 1
            if self._small_rounds >= _SMALL_ROUNDS:
                self._leave_bulk()

    def _drain(self, pipe: Pipe) -> bool:
        """Whether the pipe is empty now; then the source is read again, or its end passed on."""
        try:
            while pipe.held_bytes:
                self.flow.sent_bytes += pipe.drain(self.sink.fd)
        except BlockingIOError:
            return False
        except OSError as error:
            self.sink.break_off(error)
            return True
        if self.source.ended:
            self._leave_bulk()
            self.sink.finish()
        else:
            self.source.read_on()
        return True
