"""Which Toxiproxy each link is on, and why some can't be: one elsewhere can't reach services on loopback here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator

if TYPE_CHECKING:
    from chaos.experiment.system import System

LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
UNNAMED: Final = ""
"""The server of the links that name none."""
_PORT: Final = 8474


def host_and_port(url: str) -> tuple[str, int]:
    """Of `http://host:port`, where the port may be missing. Raises `ValueError`."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    try:
        host, port = parts.hostname, parts.port or _PORT
    except ValueError:
        host, port = None, 0
    if parts.scheme not in {"", "http"} or host is None:
        raise ValueError(f'{url!r} is not an address; write it like "http://127.0.0.1:8474"')
    return host, port


def _check(url: str) -> str:
    host_and_port(url)
    return url


ServerUrl = Annotated[str, AfterValidator(_check)]
"""Of a Toxiproxy's API."""


def servers_of(system: System, given: Mapping[str, str]) -> Mapping[str, str]:
    """The address of each Toxiproxy: what was `given` on the command line comes before what the file says."""
    return {**system.toxiproxy, **given}


def server_names(system: System) -> frozenset[str]:
    """Those that links use."""
    return frozenset(link.toxiproxy for link in system.links.values() if link.toxiproxy is not None)


def refusals(system: System, servers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Links that can't be on their server, each with the reason. A link without a name whose server has no address is
    fine: one is started for it."""
    for name, link in system.links.items():
        server = link.toxiproxy or UNNAMED
        url = servers.get(server)
        if url is None:
            if server != UNNAMED:
                yield name, f"the Toxiproxy {server} has no address; give it: --toxiproxy-url {server}=http://HOST:8474"
            elif link.proxy is not None:
                yield name, "it is a proxy on a Toxiproxy of your own; say where that is with --toxiproxy-url"
        elif (reason := _not_there(host_and_port(url)[0], link.proxy, system.allowed_hosts)) is not None:
            yield name, reason


def _not_there(host: str, proxy: str | None, allowed: tuple[str, ...]) -> str | None:
    if host in LOCAL_HOSTS:
        return None
    if proxy is None:
        return (
            f"{host} is not this machine; a Toxiproxy elsewhere can't reach services on loopback here, "
            "but may have a proxy of its own for this link: `proxy: NAME`"
        )
    return None if host in allowed else f"{host} is not this machine; list it under `allowed_hosts` if it may be broken"
