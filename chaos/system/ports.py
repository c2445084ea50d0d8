"""Free ports of this machine for services that want to be told theirs."""

from __future__ import annotations

import random
import socket
from pathlib import Path

from chaos.errors import EnvironmentFailed

_FIRST, _LAST = 15_000, 32_000
"""Below the usual range of outgoing connections, which would otherwise take a port between our look and the bind."""


def free_ports(count: int) -> tuple[int, ...]:
    """Distinct loopback ports on which nothing listens now. Raises `EnvironmentFailed` when there are none left."""
    rng = random.SystemRandom()
    last = min(_LAST, _first_outgoing() - 1)
    found: list[int] = []
    for port in rng.sample(range(_FIRST, last), min(2000, last - _FIRST)):
        if len(found) == count:
            break
        if is_free(port):
            found.append(port)
    if len(found) < count:
        raise EnvironmentFailed(f"this machine has no {count} free ports between {_FIRST} and {last}")
    return tuple(found)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _first_outgoing() -> int:
    try:
        return max(_FIRST + 4000, int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0]))
    except (OSError, ValueError):
        return _LAST
