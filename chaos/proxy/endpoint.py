"""One socket of a connection: where one direction is read from and the other is written to."""

from __future__ import annotations

import _socket

from chaos.proxy.poller import IN, OUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from chaos.proxy.connection import Connection
    from chaos.proxy.link import Link
    from chaos.proxy.loop import Loop


class Endpoint:
    """Keeps what the socket did not take. `ended`: nothing more comes from it; `finished`: nothing more goes to it.

    `wants` is the event mask that the loop listens for.
    """

    __slots__ = (
        "_connection",
        "_loop",
        "_registered",
        "backlog",
        "ended",
        "fd",
        "finished",
        "finishing",
        "reader",
        "sock",
        "wants",
        "writer",
    )

    def __init__(self, loop: Loop, sock: _socket.socket, connection: Connection) -> None:
        self._loop = loop
        self._connection: Connection | None = connection
        self.sock = sock
        self.fd = sock.fileno()
        self.reader: Link | None = None  # the direction that has this as its source
        self.writer: Link | None = None  # the direction that has this as its destination
        self.backlog: list[memoryview] = []
        self.ended = False
        self.finishing = False
        self.finished = False
        self.wants = 0
        self._registered = False

    def watch(self) -> None:
        """Hear of a reset even while it is neither read nor waited for."""
        if not self._registered and not self.finished:
            self._registered = True
            self._loop.add(self.fd, 0, self._on_event)

    # Reading

    def read_on(self) -> None:
        if not self.wants & IN and not self.ended:
            self._want(self.wants | IN)

    def read_off(self) -> None:
        if self.wants & IN:
            self._want(self.wants & ~IN)

    def end(self) -> None:
        """Its end was read."""
        self.ended = True
        self.read_off()

    # Writing

    def write(self, data: bytes) -> int:
        """Send, and keep what the socket does not take. Returns how much of it the socket took now."""
        if self.finishing:
            return 0
        if self.backlog:
            self.backlog.append(memoryview(data))
            return 0
        try:
            sent = self.sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self.break_off(error)
            return 0
        if sent < len(data):
            self.keep(memoryview(data)[sent:])
        return sent

    def keep(self, rest: memoryview) -> None:
        """Data that the socket did not take; the writer is told with `on_room` when all of it is gone."""
        self.backlog.append(rest)
        self.write_when_possible()

    def write_when_possible(self) -> None:
        if not self.wants & OUT:
            self._want(self.wants | OUT)

    def finish(self) -> None:
        """Pass the end on, behind what waits here."""
        if not self.finishing:
            self.finishing = True
            if not self.backlog:
                self._shut()

    def break_off(self, error: OSError | None) -> None:
        """The socket is of no more use, in either direction."""
        if self.sock.fileno() >= 0 and self._connection is not None:
            self._connection.on_broken(self, error)

    def give_up(self) -> None:
        """Neither read from it nor write to it any more; it is closed with the connection."""
        self.ended = self.finishing = self.finished = True
        self.backlog.clear()
        self._forget()

    def close(self) -> None:
        self.give_up()
        self._connection = self.reader = self.writer = None
        self.sock.close()

    # Inside

    def _on_event(self, mask: int) -> None:
        if mask == IN and self.reader is not None:  # by far the most frequent
            self.reader.on_readable()
            return
        if mask & OUT:
            self._flush()
        if mask != OUT:
            if self.wants & IN:
                if self.reader is not None:
                    self.reader.on_readable()
            elif mask & ~(IN | OUT):
                self._on_hang_up()

    def _on_hang_up(self) -> None:
        """Reset, or closed both ways, while it is not read: reported for ever unless we stop listening for it."""
        if self.reader is None or self.ended:
            self.break_off(None)
        elif self.backlog:
            self._flush()
        else:
            self._forget()

    def _flush(self) -> None:
        backlog = self.backlog
        gone = 0
        try:
            for data in backlog:
                sent = self.sock.send(data)
                if self.writer is not None:
                    self.writer.flow.sent_bytes += sent
                if sent < len(data):
                    backlog[gone] = data[sent:]
                    break
                gone += 1
        except BlockingIOError:
            pass
        except OSError as error:
            self.break_off(error)
            return
        del backlog[:gone]
        if backlog:
            return
        if self.finishing:
            self._want(self.wants & ~OUT)
            self._shut()
        elif self.writer is None or not self.writer.on_room():
            self._want(self.wants & ~OUT)

    def _shut(self) -> None:
        if self.finished:
            return
        self.finished = True
        try:
            self.sock.shutdown(_socket.SHUT_WR)
        except OSError as error:
            self.break_off(error)
        if self._connection is not None:
            self._connection.on_finished(self)

    def _want(self, wants: int) -> None:
        if self._connection is None:
            return
        if wants != self.wants or (wants and not self._registered):
            self.wants = wants
            if self._registered:
                self._loop.modify(self.fd, wants)
            else:
                self._registered = True
                self._loop.add(self.fd, wants, self._on_event)

    def _forget(self) -> None:
        if self._registered:
            self._registered = False
            self._loop.remove(self.fd)
        self.wants = 0
