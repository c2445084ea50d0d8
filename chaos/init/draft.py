"""What is to be written, before it is text. Comments tell the reader what was found and what to change."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

ENTRY = "edge"


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """Either `command` or `url`. `ready` is a path; empty where an open port has to do."""

    name: str
    command: str = ""
    url: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    ready: str = ""
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkDraft:
    name: str
    to: str
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """The first link is the users' way in. `path` is what they open; `faulted` is the link to break."""

    name: str
    services: tuple[ServiceDraft, ...]
    links: tuple[LinkDraft, ...]
    path: str
    faulted: str
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dependency:
    """An address that the app takes from an environment variable. `url` is `http://host:port`, `rest` what follows."""

    variable: str
    url: str
    rest: str = ""

    @property
    def name(self) -> str:
        """STOCK_SERVICE_URL is where stock_service is."""
        return as_name(re.sub(r"_(URL|URI|ADDR|ADDRESS|HOST|ENDPOINT)$", "", self.variable).lower())


def as_dependency(variable: str, address: str) -> Dependency:
    """Raises `ValueError` for what is not an address over plain HTTP."""
    url = as_url(address)
    rest = address.removeprefix(f"http://{urlsplit(address).netloc}")
    return Dependency(variable, url, "" if rest == "/" else rest)


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
