"""Names and addresses as the files need them."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit


def as_url(address: str) -> str:
    """`http://host:port`, where the port may be left out. Raises `ValueError`."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        parts, host, port = urlsplit(""), None, 0
    if parts.scheme != "http" or not host:
        raise ValueError(f'{address!r} is not an address; write it with its port, like "http://127.0.0.1:8080"')
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def as_name(text: str) -> str:
    """A name that requests can refer to."""
    plain = re.sub(r"[^\w-]+", "_", text, flags=re.ASCII).strip("_-")
    return plain if re.match(r"[A-Za-z_]", plain) else f"app_{plain}".rstrip("_")


def unlike(name: str, taken: Collection[str]) -> str:
    """The name, with a number behind it where it is taken."""
    number, found = 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
