"""The API's server: sockets about the HTTP parser, on the same loop as the proxies. Handlers never block."""

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

    Respond = Callable[[Response], None]
    Handler = Callable[[Request, str, Respond], None]

_READ_BYTES: Final = 64 * 1024
_CONNECTIONS: Final = 256
_ACCEPTS: Final = 8


class Server:
    """Calls `handler` with each request, the client's address, and what to call with the answer, now or later."""

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
    """One connection to the API. While an answer is not there or can't be written, nothing more is read."""

    def __init__(self, server: Server, sock: _socket.socket, peer: str) -> None:
        self._server = server
        self._sock = sock
        self._fd = sock.fileno()
        self._peer = peer
        self._parser = Parser()
        self._request: Request | None = None  # the one that is not answered yet
        self._unsent = b""
        self._wants = IN
        self._closing = False
        self._open = True
        server.loop.add(self._fd, IN, self._on_event)

    def close(self) -> None:
        if self._open:
            self._open = False
            self._server.loop.remove(self._fd)
            self._server.forget(self._fd)
            self._sock.close()

    def _on_event(self, _: int) -> None:
        if self._unsent:
            self._send(self._unsent)
        elif self._request is None:
            self._read()
        else:
            self.close()  # it was reset while it waited
            return
        self._go_on()

    def _read(self) -> None:
        try:
            data = self._sock.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._parser.feed(data)
        else:
            self.close()

    def _go_on(self) -> None:
        """Answer what has come, until something has to be waited for."""
        try:
            while self._open and self._request is None and not self._unsent and not self._closing:
                self._request = request = self._parser.next_request()
                if request is None:
                    break
                self._server.handler(request, self._peer, self._respond)
            if self._parser.expects_continue and self._open and not self._unsent:
                self._parser.expects_continue = False
                self._send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except BadRequest as error:
            self._closing = True
            body = f"{error.status} {error}\n".encode("latin-1", "replace")
            self._send(Response(error.status, body, "text/plain; charset=utf-8").as_bytes(keep_alive=False))
        if self._closing and self._open and not self._unsent:
            self._end()
        self._want(OUT if self._unsent else IN if self._request is None else 0)

    def _respond(self, response: Response) -> None:
        """The handler's answer. When it comes late, go on with what came behind the request."""
        request, self._request = self._request, None
        if request is None or not self._open:
            return  # the client did not wait for it
        self._closing = not request.keep_alive
        head_only = request.method == "HEAD"
        self._send(response.as_bytes(keep_alive=request.keep_alive, head_only=head_only, version=request.version))
        if not self._wants:
            self._go_on()

    def _send(self, data: bytes) -> None:
        try:
            sent = self._sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close()
            return
        self._unsent = data[sent:]

    def _want(self, wants: int) -> None:
        if self._open and wants != self._wants:
            self._wants = wants
            self._server.loop.modify(self._fd, wants)

    def _end(self) -> None:
        """What the client still sends must not turn the answer into a reset: read it, within reason, then close."""
        try:
            self._sock.shutdown(_socket.SHUT_WR)
            for _ in range(64):
                if not self._sock.recv(_READ_BYTES):
                    break
        except OSError:
            pass
        self.close()
