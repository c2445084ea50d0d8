"""The API's server: sockets about the HTTP parser, on the same loop as the proxies. Handlers answer at once."""

from __future__ import annotations

import _socket

from chaos.proxy.http import BadRequest, Parser, Response
from chaos.proxy.poller import IN, OUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from chaos.proxy.http import Request
    from chaos.proxy.loop import Loop

    Handler = Callable[[Request, str], Response]

_READ_BYTES: Final = 64 * 1024
_CONNECTIONS: Final = 256
_ACCEPTS: Final = 8


class Server:
    """Calls `handler` with each request and the client's address."""

    def __init__(self, loop: Loop, listener: _socket.socket, handler: Handler) -> None:
        self.loop = loop
        self.handler = handler
        self._listener = listener
        self._clients: dict[int, _Client] = {}
        loop.add(listener.fileno(), IN, self._on_acceptable)

    def close(self) -> None:
        """Take no more requests; what is being written to clients is lost if they do not take it now."""
        self.loop.remove(self._listener.fileno())
        self._listener.close()
        for client in list(self._clients.values()):
            client.close()

    def forget(self, fd: int) -> None:
        self._clients.pop(fd, None)

    def _on_acceptable(self, _: int) -> None:
        for _ in range(_ACCEPTS):
            try:
                fd, peer = self._listener._accept()  # type: ignore[attr-defined]
            except OSError:
                return
            listener = self._listener
            sock = _socket.socket(listener.family, listener.type, listener.proto, fileno=fd)
            sock.setblocking(False)
            if len(self._clients) >= _CONNECTIONS:
                next(iter(self._clients.values())).close()  # the oldest: most likely forgotten by its owner
            self._clients[fd] = _Client(self, sock, f"{peer[0]}:{peer[1]}")


class _Client:
    """One connection to the API. While an answer can't be written, nothing more is read."""

    def __init__(self, server: Server, sock: _socket.socket, peer: str) -> None:
        self._server = server
        self._sock = sock
        self._fd = sock.fileno()
        self._peer = peer
        self._parser = Parser()
        self._unsent = b""
        self._closing = False
        server.loop.add(self._fd, IN, self._on_event)

    def close(self) -> None:
        if self._sock.fileno() >= 0:
            self._server.loop.remove(self._fd)
            self._server.forget(self._fd)
            self._sock.close()

    def _on_event(self, mask: int) -> None:
        try:
            if self._unsent:
                self._flush()
            elif mask:
                self._read()
        except BlockingIOError:
            pass
        except OSError:
            self.close()

    def _read(self) -> None:
        data = self._sock.recv(_READ_BYTES)
        if not data:
            self.close()
            return
        self._parser.feed(data)
        self._answer_all()

    def _answer_all(self) -> None:
        try:
            while not self._unsent and not self._closing:
                request = self._parser.next_request()
                if request is None:
                    break
                response = self._server.handler(request, self._peer)
                self._closing = not request.keep_alive
                self._send(response.as_bytes(keep_alive=request.keep_alive, head_only=request.method == "HEAD"))
            if self._parser.expects_continue and not self._unsent:
                self._parser.expects_continue = False
                self._send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except BadRequest as error:
            self._closing = True
            body = f"{error.status} {error}\n".encode("latin-1", "replace")
            self._send(Response(error.status, body, "text/plain; charset=utf-8").as_bytes(keep_alive=False))
        if self._closing and not self._unsent:
            self._end()

    def _send(self, data: bytes) -> None:
        try:
            sent = self._sock.send(data)
        except BlockingIOError:
            sent = 0
        self._unsent = data[sent:]
        if self._unsent:
            self._server.loop.modify(self._fd, OUT)

    def _flush(self) -> None:
        sent = self._sock.send(self._unsent)
        self._unsent = self._unsent[sent:]
        if not self._unsent:
            self._server.loop.modify(self._fd, IN)
            self._answer_all()

    def _end(self) -> None:
        """What the client still sends must not turn the answer into a reset: read it, within reason, then close."""
        self._sock.shutdown(_socket.SHUT_WR)
        try:
            for _ in range(64):
                if not self._sock.recv(_READ_BYTES):
                    break
        except OSError:
            pass
        self.close()
