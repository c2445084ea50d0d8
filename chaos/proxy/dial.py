"""Connecting to an upstream without waiting for it."""

from __future__ import annotations

import _socket
import errno
import os

from chaos.proxy.address import BadAddress, is_loopback
from chaos.proxy.poller import OUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from chaos.proxy.address import SockAddr
    from chaos.proxy.loop import Loop
    from chaos.proxy.resolver import Found, Resolver
    from chaos.proxy.shell import Trust
    from chaos.proxy.tls import Handshake
    from chaos.proxy.tuning import Tuning


class Dial:
    """Tries the upstream's addresses in turn; tells `on_open` the first connected socket, or `on_failed` why not.

    An upstream like `https://host:port` is spoken to in TLS; the socket is then one that does that.
    """

    __slots__ = (
        "_addresses",
        "_handshake",
        "_host",
        "_loop",
        "_on_failed",
        "_on_open",
        "_over",
        "_sock",
        "_trust",
        "_tuning",
        "_upstream",
    )

    def __init__(
        self,
        loop: Loop,
        tuning: Tuning,
        upstream: str,
        on_open: Callable[[_socket.socket], None],
        on_failed: Callable[[str], None],
        trust: Trust,
    ) -> None:
        self._loop = loop
        self._tuning = tuning
        self._upstream = upstream
        self._on_open = on_open
        self._on_failed = on_failed
        self._addresses: list[tuple[int, SockAddr]] = []
        self._sock: _socket.socket | None = None
        self._over = False
        self._trust = trust
        self._host = ""  # whose certificate is expected
        self._handshake: Handshake | None = None

    def start(self, resolver: Resolver) -> None:
        if "://" in self._upstream:
            from chaos.proxy.tls import target

            found = target(self._upstream)
            if found is not None:
                self._upstream, self._host = found
        resolver.resolve(self._upstream, self._on_resolved)

    def cancel(self) -> None:
        """Neither callback is called after this."""
        self._over = True
        if self._handshake is not None:
            self._handshake.cancel()
        self._drop()

    def _on_resolved(self, found: Found) -> None:
        if self._over:
            return
        if isinstance(found, BadAddress):
            self._fail(f"dial tcp: {found}")
        else:
            self._addresses = list(found)
            self._try_next("no address")

    def _try_next(self, why: str) -> None:
        while self._addresses:
            family, sockaddr = self._addresses.pop(0)
            try:
                self._sock = sock = _socket.socket(family, _socket.SOCK_STREAM)
                sock.setblocking(False)
                self._tuning.prepare(sock, near=is_loopback(sockaddr[0]))
                result = sock.connect_ex(sockaddr)
            except OSError as error:  # no descriptors left
                why = str(error.strerror)
                self._drop()
                continue
            if result == errno.EINPROGRESS:
                # On this machine it is connected, or refused, by the time that connect_ex returns.
                connected = _is_connected(sock)
                result = 0 if connected else sock.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
                if not result and not connected:
                    self._loop.add(sock.fileno(), OUT, self._on_event)
                    return
            if result == 0:
                self._succeed()
                return
            why = os.strerror(result)
            self._drop()
        self._fail(f"dial tcp {self._upstream}: connect: {why.lower()}")

    def _on_event(self, _: int) -> None:
        sock = self._sock
        if sock is None:
            return
        code = sock.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
        if code:
            self._drop()
            self._try_next(os.strerror(code))
            return
        if not _is_connected(sock):
            return  # an event meant for an earlier owner of this descriptor
        self._loop.remove(sock.fileno())
        self._succeed()

    def _succeed(self) -> None:
        if self._host and self._sock is not None:
            self._shake_hands(self._sock)
            return
        sock, self._sock, self._over = self._sock, None, True
        if sock is not None:
            self._on_open(sock)

    def _shake_hands(self, sock: _socket.socket) -> None:
        from chaos.proxy.tls import Handshake, TlsSocket

        def on_done(tls: TlsSocket) -> None:
            self._sock, self._over = None, True
            self._on_open(tls)  # type: ignore[arg-type]  # it is a socket in all that links do with one

        def on_failed(why: str) -> None:
            self._drop()
            self._fail(f"tls {self._host}: {why}")

        try:
            self._handshake = Handshake(self._loop, sock, self._trust.context(), self._host, on_done, on_failed)
        except (OSError, ValueError) as error:  # the authorities can't be read; a host that no certificate can have
            on_failed(str(error))
        else:
            self._handshake.start()

    def _fail(self, why: str) -> None:
        self._over = True
        self._on_failed(why)

    def _drop(self) -> None:
        if self._sock is not None:
            self._loop.remove(self._sock.fileno())
            self._sock.close()
            self._sock = None


def _is_connected(sock: _socket.socket) -> bool:
    try:
        sock.getpeername()
    except OSError:
        return False
    return True
