"""Listening sockets: what a proxy's `listen` stands for, and the binding of it."""

from __future__ import annotations

import _socket
import errno
import os

from chaos.proxy.address import BadAddress, is_loopback, look_up, port_number, show, split_host_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from chaos.proxy.address import SockAddr

    LookUp = Callable[[str, int], list[tuple[int, SockAddr]]]

_WILDCARDS = ("", "0.0.0.0", "::")
_BACKLOG = 4096  # the kernel takes less where its own bound is lower


class ListenError(Exception):
    """A proxy can't listen; the text is Toxiproxy's."""


class ListenAddress:
    """A resolved `listen`. `actual` is how it will show once bound; `asked` is how Go names it in errors."""

    __slots__ = ("actual", "asked", "family", "host", "port", "sockaddr")

    def __init__(self, text: str, look_up: LookUp = look_up) -> None:
        """Raises BadAddress; and what `look_up` raises, which by default blocks while a name is looked up."""
        host, port = split_host_port(text) if text else ("", "")
        self.port = port_number(port)
        self.sockaddr: SockAddr
        if host in _WILDCARDS:
            dual = _has_dual_stack()
            self.family = int(_socket.AF_INET6 if dual else _socket.AF_INET)
            self.sockaddr = ("::", self.port) if dual else ("0.0.0.0", self.port)
            self.asked = show(("0.0.0.0" if host else "", self.port))  # so Go names [::] as well
        else:
            self.family, self.sockaddr = look_up(host, self.port)[0]
            self.asked = show(self.sockaddr)
        self.host: str = self.sockaddr[0]
        self.actual = show(self.sockaddr)

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)

    def listen(self) -> _socket.socket:
        """A non-blocking listening socket. Raises ListenError."""
        sock = _socket.socket(self.family, _socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
            if self.family == _socket.AF_INET6:
                only_v6 = 0 if self.host == "::" else 1
                sock.setsockopt(_socket.IPPROTO_IPV6, _socket.IPV6_V6ONLY, only_v6)
            sock.bind(self.sockaddr)
            sock.listen(_BACKLOG)
        except (OSError, OverflowError) as error:
            sock.close()
            raise ListenError(f"listen tcp {self.asked}: bind: {_reason(error)}") from None
        return sock


def resolve_listen(text: str, look_up: LookUp = look_up) -> ListenAddress:
    """As ListenAddress, but raises ListenError, with Toxiproxy's text for an address that it can't start on."""
    try:
        return ListenAddress(text, look_up)
    except BadAddress as error:
        raise ListenError(f"listen tcp: {error}") from None


def _has_dual_stack() -> bool:
    try:
        probe = _socket.socket(_socket.AF_INET6, _socket.SOCK_STREAM)
    except OSError:
        return False
    try:
        probe.bind(("::", 0))
    except OSError:
        return False
    finally:
        probe.close()
    return True


def _reason(error: Exception) -> str:
    """The system's own text in Go's lower case."""
    if isinstance(error, OSError) and error.errno is not None:
        if error.errno == errno.EADDRNOTAVAIL:
            return "cannot assign requested address"
        return os.strerror(error.errno).lower()
    return str(error)
