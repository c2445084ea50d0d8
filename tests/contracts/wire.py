"""Upstreams, and what tests do with sockets: read with times, and see how a connection ends."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable

PATIENCE_S = 20.0
SLACK_S = 0.8  # what a busy machine may add to any time


class Upstream:
    """A listening socket; `accept` gives the upstream's end of the next connection. Closes all that it opened."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.settimeout(PATIENCE_S)
        self.address: tuple[str, int] = self._listener.getsockname()
        self.opened: list[socket.socket] = []

    def accept(self) -> socket.socket:
        sock, _ = self._listener.accept()
        sock.settimeout(PATIENCE_S)
        self.opened.append(sock)
        return sock

    def nobody_comes_for(self, time_s: float) -> bool:
        return silent_for(self._listener, time_s)

    def serve(self, serve: Callable[[socket.socket], None]) -> Upstream:
        """From now on each connection is served in a thread of its own."""

        def run(sock: socket.socket) -> None:
            with contextlib.suppress(OSError), sock:
                serve(sock)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=run, args=(self.accept(),), daemon=True).start()

        self._listener.settimeout(None)
        threading.Thread(target=accept, daemon=True).start()
        return self

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for sock in [self._listener, *self.opened]:
            sock.close()


def echo(sock: socket.socket) -> None:
    """Until the end, after which the connection ends."""
    while data := sock.recv(65536):
        sock.sendall(data)


def read(sock: socket.socket, size: int) -> bytes:
    """Exactly so many bytes; fewer only when the other side ends."""
    parts: list[bytes] = []
    while size and (data := sock.recv(min(size, 1 << 18))):
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def read_all(sock: socket.socket) -> bytes:
    """Until the end."""
    return b"".join(iter(lambda: sock.recv(1 << 18), b""))


def arrivals(sock: socket.socket, size: int) -> list[tuple[float, bytes]]:
    """Each read until so many bytes are there or the end came, and when."""
    seen: list[tuple[float, bytes]] = []
    while size > 0 and (data := sock.recv(65536)):
        seen.append((time.monotonic(), data))
        size -= len(data)
    return seen


def ending(sock: socket.socket) -> str:
    """Waits for it: `fin` or `rst`. There must be no data before."""
    try:
        data = sock.recv(65536)
    except ConnectionResetError:
        return "rst"
    assert data == b"", data
    return "fin"


def gone(sock: socket.socket) -> bytes:
    """What still comes until the connection ends, whichever way it does."""
    parts: list[bytes] = []
    with contextlib.suppress(ConnectionResetError):
        while data := sock.recv(65536):
            parts.append(data)
    return b"".join(parts)


def silent_for(sock: socket.socket, time_s: float) -> bool:
    """Whether neither data nor an end comes for so long."""
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return not selector.select(time_s)


def passes(client: socket.socket, remote: socket.socket) -> bool:
    """Whether the connection lives in both directions."""
    client.sendall(b"ping")
    if read(remote, 4) != b"ping":
        return False
    remote.sendall(b"pong")
    return read(client, 4) == b"pong"


def sending(sock: socket.socket, data: bytes, *, close: bool = False) -> threading.Thread:
    """Send it all in a thread, which ends without complaint when the connection does."""

    def send() -> None:
        with contextlib.suppress(OSError):
            sock.sendall(data)
            if close:
                sock.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    return thread


class Watch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self.began_s = time.monotonic()

    @property
    def s(self) -> float:
        return time.monotonic() - self.began_s

    def wait_until(self, time_s: float) -> None:
        """For sends at fixed times; nothing is waited for that could come earlier or later."""
        threading.Event().wait(max(time_s - self.s, 0))


def between(low_s: float, time_s: float, high_s: float | None = None) -> bool:
    """From `low_s` on, which is strict, until `high_s` (or somewhat after `low_s`)."""
    return low_s <= time_s <= (low_s + SLACK_S if high_s is None else high_s)
