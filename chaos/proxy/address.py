"""Addresses as Toxiproxy writes them, `host:port`, and Go's words for what is wrong with one."""

from __future__ import annotations

import _socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    SockAddr = tuple[Any, ...]


class BadAddress(Exception):
    """The text can't be an address, or its name is unknown."""


def split_host_port(address: str) -> tuple[str, str]:
    """Host without brackets, and the port's text; both may be empty. Raises BadAddress."""
    host, colon, port = address.rpartition(":")
    if address.startswith("["):
        inside, bracket, behind = address[1:].partition("]")
        if not bracket:
            raise BadAddress(f"address {address}: missing ']' in address")
        if not behind.startswith(":"):
            raise BadAddress(f"address {address}: missing port in address")
        host, port = inside, behind[1:]
        if ":" in port:
            raise BadAddress(f"address {address}: too many colons in address")
    elif not colon:
        raise BadAddress(f"address {address}: missing port in address")
    elif ":" in host:
        raise BadAddress(f"address {address}: too many colons in address")
    for bracket in "[]":
        if bracket in host + port:
            raise BadAddress(f"address {address}: unexpected '{bracket}' in address")
    return host, port


def port_number(port: str) -> int:
    """A number or a service's name; empty is 0. Raises BadAddress."""
    if not port:
        return 0
    digits = port[1:] if port[0] in "+-" else port
    if digits.isascii() and digits.isdigit():
        number = int(port[:12])
        if not 0 <= number <= 65535:
            raise BadAddress(f"address {port}: invalid port")
        return number
    try:
        return _socket.getservbyname(port, "tcp")
    except (OSError, ValueError):
        raise BadAddress(f"lookup tcp/{port}: unknown port") from None


def numeric_family(host: str) -> int | None:
    """The address family of an IP address; None: it is a name."""
    for family in (_socket.AF_INET, _socket.AF_INET6):
        try:
            _socket.inet_pton(family, host.partition("%")[0])
        except (OSError, ValueError):
            continue
        return int(family)
    return None


def is_loopback(host: str) -> bool:
    return host.startswith("127.") or host == "::1" or host.startswith("::ffff:127.")


def show(sockaddr: SockAddr) -> str:
    """`host:port`, with brackets about an IPv6 host."""
    host, port = sockaddr[0], sockaddr[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def look_up(host: str, port: int) -> list[tuple[int, SockAddr]]:
    """Family and socket address of a host, IPv4 first. Blocks while a name is looked up. Raises BadAddress."""
    if host == "localhost":
        return [(int(_socket.AF_INET), ("127.0.0.1", port)), (int(_socket.AF_INET6), ("::1", port, 0, 0))]
    family = numeric_family(host)
    if family == _socket.AF_INET:
        return [(family, (host, port))]
    try:
        found = _socket.getaddrinfo(host, port, _socket.AF_UNSPEC, _socket.SOCK_STREAM)
    except (OSError, ValueError):  # ValueError: a name that can't be encoded
        raise BadAddress(f"lookup {host}: no such host") from None
    addresses = [(int(each[0]), each[4]) for each in found if each[0] in (_socket.AF_INET, _socket.AF_INET6)]
    return sorted(addresses, key=lambda each: each[0] != _socket.AF_INET)
