"""Options that every proxied socket gets."""

from __future__ import annotations

import _socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# They send as fast as the other side reads. BBR, some systems' default, paces even the loopback device.
_UNPACED: Final = (b"cubic", b"reno")


class Tuning:
    """`prepare` before a socket is connected, or on a listener, whose connections inherit it."""

    def __init__(self) -> None:
        self._congestion_control = _unpaced_if_paced()

    def prepare(self, sock: _socket.socket, *, near: bool) -> None:
        """`near`: its peers are on this machine."""
        sock.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        if near and self._congestion_control:
            sock.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_CONGESTION, self._congestion_control)


def _unpaced_if_paced() -> bytes:
    """Empty when the system's default does not pace, or another can't be chosen."""
    option = getattr(_socket, "TCP_CONGESTION", None)
    if option is None:
        return b""
    probe = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    try:
        if probe.getsockopt(_socket.IPPROTO_TCP, option, 16).rstrip(b"\0") != b"bbr":
            return b""
        for name in _UNPACED:
            try:
                probe.setsockopt(_socket.IPPROTO_TCP, option, name)
            except OSError:
                continue
            return name
    except OSError:
        pass
    finally:
        probe.close()
    return b""
