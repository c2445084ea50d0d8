"""TLS to an upstream, `https://host:port`: the client speaks plain TCP to us, and we speak TLS to the server.

Bytes go through memory; the sockets stay the loop's. Only a proxy with such an upstream loads the ssl module.
"""

from __future__ import annotations

import _socket
import ssl
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

from chaos.proxy.poller import IN, OUT
from chaos.proxy.splice import Pipe, PipePool

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaos.proxy.endpoint import Endpoint
    from chaos.proxy.loop import Loop

_HANDSHAKE_WITHIN_S: Final = 10.0
_READ_BYTES: Final = 256 * 1024
_WRITE_BYTES: Final = 64 * 1024
_LOOK_AGAIN_S: Final = 0.005


class NoPipes(PipePool):
    """What the kernel could move is not what the client must get."""

    def take(self) -> Pipe | None:
        return None


NO_PIPES: Final = NoPipes()


def target(upstream: str) -> tuple[str, str] | None:
    """`host:port` and the host, whose certificate it must show; None: there is no TLS in this upstream."""
    scheme, _, rest = upstream.partition("://")
    if scheme.lower() not in ("https", "tls"):
        return None
    address = rest.partition("/")[0]
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdigit():
        host, address = address, f"{address}:443"
    return address, host.strip("[]")


def make_context(ca_file: str, *, insecure: bool) -> ssl.SSLContext:
    """`ca_file`: trusted instead of the system's authorities. Raises OSError (ssl.SSLError is one)."""
    context = ssl.create_default_context(cafile=ca_file or None)
    context.set_alpn_protocols(["http/1.1"])
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class TlsSocket:
    """A socket as links know it: `recv` and `send` raise BlockingIOError when they can do nothing now.

    What no event can tell of, because it is already here, is told by `on_more`: `recv` has something to give.
    """

    __slots__ = (
        "_ended",
        "_incoming",
        "_outgoing",
        "_owed_bytes",
        "_sock",
        "_tls",
        "_unsent",
        "fileno",
        "has_more",
        "on_more",
    )

    def __init__(
        self, sock: _socket.socket, tls: ssl.SSLObject, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO
    ) -> None:
        self._sock = sock
        self._tls = tls
        self._incoming = incoming
        self._outgoing = outgoing
        self._unsent = memoryview(b"")  # encrypted
        self._owed_bytes = 0  # of these, the caller has not yet been told that they are sent
        self._ended = False
        self.fileno = sock.fileno
        self.has_more = bool(incoming.pending)  # it came with the end of the handshake
        self.on_more: Callable[[], None] = lambda: None

    def recv(self, size: int) -> bytes:
        """All that can be read now, which may be more than `size`; empty at the end."""
        if not self.has_more:
            data = self._sock.recv(max(size, _WRITE_BYTES))
            if data:
                self._incoming.write(data)
            else:
                self._incoming.write_eof()
        self.has_more = False
        plain = b"" if self._ended else self._decrypted()
        if not plain and not self._ended:
            raise BlockingIOError
        if plain and self._ended:
            self.has_more = True
            self.on_more()
        return plain

    def _decrypted(self) -> bytes:
        parts: list[bytes] = []
        try:
            while part := self._tls.read(_READ_BYTES):
                parts.append(part)
            self._ended = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLEOFError:
            self._ended = True
        if self._outgoing.pending:
            self._unsent = memoryview(bytes(self._unsent) + self._outgoing.read())
            with suppress(BlockingIOError):
                self._flush()
        return b"".join(parts)

    def send(self, data: bytes | memoryview) -> int:
        """Nothing counts as sent before the network has taken it: the same bytes must be offered again until then."""
        if not self._owed_bytes:
            self._flush()
            self._owed_bytes = self._tls.write(data[:_WRITE_BYTES])
            self._unsent = memoryview(self._outgoing.read())
        self._flush()
        sent, self._owed_bytes = self._owed_bytes, 0
        return sent

    def _flush(self) -> None:
        while self._unsent:
            self._unsent = self._unsent[self._sock.send(self._unsent) :]

    def shutdown(self, how: int) -> None:
        """Says goodbye in TLS, then ends the direction."""
        with suppress(ssl.SSLError):  # the server has not said goodbye yet
            self._tls.unwrap()
        self._unsent = memoryview(bytes(self._unsent) + self._outgoing.read())
        with suppress(BlockingIOError):
            self._flush()
        self._sock.shutdown(how)

    def setsockopt(self, level: int, option: int, value: bytes) -> None:
        self._sock.setsockopt(level, option, value)

    def close(self) -> None:
        self._sock.close()


class Handshake:
    """Tells `on_done` the socket to use, or `on_failed` why not; then it is over."""

    def __init__(
        self,
        loop: Loop,
        sock: _socket.socket,
        context: ssl.SSLContext,
        host: str,
        on_done: Callable[[TlsSocket], None],
        on_failed: Callable[[str], None],
    ) -> None:
        self._loop = loop
        self._sock = sock
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._on_done = on_done
        self._on_failed = on_failed
        self._unsent = b""
        self._timer = loop.call_at(monotonic() + _HANDSHAKE_WITHIN_S, lambda: self._fail("handshake timed out"))
        loop.add(sock.fileno(), IN, self._on_event)

    def start(self) -> None:
        self._go_on()

    def cancel(self) -> None:
        """Neither callback is called after this. The socket stays open."""
        self._timer.cancel()
        self._loop.remove(self._sock.fileno())

    def _on_event(self, mask: int) -> None:
        try:
            if mask & ~OUT:
                data = self._sock.recv(_READ_BYTES)
                if data:
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
        except BlockingIOError:
            pass
        except OSError as error:
            self._fail(str(error.strerror or error))
            return
        self._go_on()

    def _go_on(self) -> None:
        why = ""
        try:
            self._tls.do_handshake()
            done = True
        except ssl.SSLWantReadError:
            done = False
        except ssl.SSLEOFError:
            done, why = False, "the server ended the connection in the handshake"
        except ssl.SSLCertVerificationError as error:
            done, why = False, f"certificate verify failed: {error.verify_message}"
        except ssl.SSLError as error:
            done, why = False, str(error.reason or error)
        self._unsent += self._outgoing.read()
        try:
            while self._unsent:
                self._unsent = self._unsent[self._sock.send(self._unsent) :]
        except BlockingIOError:
            done = False
        except OSError as error:
            why = why or str(error.strerror)
        if why:
            self._fail(why)
        elif done:
            self.cancel()
            self._on_done(TlsSocket(self._sock, self._tls, self._incoming, self._outgoing))
        else:
            self._loop.modify(self._sock.fileno(), IN | OUT if self._unsent else IN)

    def _fail(self, why: str) -> None:
        self.cancel()
        self._on_failed(why)


def keep_reading(loop: Loop, sock: TlsSocket, endpoint: Endpoint) -> None:
    """Have the endpoint read what is already here, as soon as it reads at all."""

    def look() -> None:
        if endpoint.ended or not sock.has_more:
            return
        if endpoint.reader is not None and endpoint.wants & IN:
            endpoint.reader.on_readable()
        else:
            loop.call_at(monotonic() + _LOOK_AGAIN_S, look)

    def on_more() -> None:
        loop.call_at(monotonic(), look)

    sock.on_more = on_more
    if sock.has_more:
        sock.on_more()
