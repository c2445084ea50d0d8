"""What a backend of links can do: set up one proxy per link, break it, and say what the breaking touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final, Protocol, runtime_checkable

from chaos.faults.fault import LinkChange, SetToxics
from chaos.undo.undo import Undo

ON_LOOPBACK: Final[Mapping[str, str]] = {}
"""No link must listen at an address of its own: each has a free port of the loopback interface."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fault provably touched since it was injected: by the proxy's own counters, or as a service was seen."""

    connections: int = 0
    requests: int = 0
    bytes: int = 0
    closes: int = 0
    canary: str | None = None
    """What a connection of our own met, where a fault leaves no trace in counters."""
    carried: int = 0
    """Bytes that its link carried meanwhile."""
    state: str | None = None
    """Of a service, as its change wants it seen: `gone`, `stopped`, `another process`; or whatever it was instead."""
    stopped_ratio: float = 0.0
    """Share of the time in which a service's processes were seen stopped."""
    sent: int = 0
    """Bytes that a service's container had sent before the fault, where its callers need not come by a link."""


@dataclass(frozen=True, slots=True)
class Proxied:
    """Where any Toxiproxy client finds the proxy of a link: the API of its server, and its name there."""

    api: str
    name: str


@dataclass(frozen=True, slots=True)
class Count:
    """What has come by a link since it was started. `requests`: of HTTP; None: they are not counted on this link, or
    not all that came could be read."""

    connections: int
    requests: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which backends, by their names in the tables; and which servers, for a backend of links that drives another's."""

    links: str = "embedded"
    services: str = "process"
    toxiproxy_urls: Mapping[str, str] = field(default_factory=dict)
    """By the names that links use; the empty name is that of links that use none. They come before those of the system
    file. Without an address for the empty name, the backend `toxiproxy` starts a server of its own."""


@dataclass(frozen=True, slots=True)
class Placed:
    """On which server a link's proxy is, by its name (empty: the one for links that name none), and which proxy there
    is the user's own (None: it is made by us)."""

    server: str
    proxy: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a backend may put its files, and the mark that its processes must carry."""

    folder: Path
    mark: str
    seed: int
    servers: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Host and port of each Toxiproxy that runs already, by its name."""
    placed: Mapping[str, Placed] = field(default_factory=dict)
    """Of each link; one that is not here is on the server without a name, and ours."""
    counted: frozenset[str] = frozenset()
    """The links whose requests are to be counted, where the proxy is ours."""


class Links(Protocol):
    """One system's links. Every call has a deadline and raises `EnvironmentFailed` when it can't be kept.

    A fault is undone by performing its undos, so there is no call for that. `toxics` are the types that it can set.
    """

    toxics: ClassVar[frozenset[str]]

    async def start(
        self, upstreams: Mapping[str, str], record: Callable[[Undo], None], listen: Mapping[str, str] = ON_LOOPBACK
    ) -> Mapping[str, str]:
        """One proxy per link, each in front of `host:port`; returns the links' own `host:port`.

        `listen` is where those must listen whose callers would not reach them on loopback (port 0: any). `record` is
        told how each thing that outlives this process is taken away again, before it is made.
        """

    def proxied(self, link: str) -> Proxied:
        """Where a client of one's own finds the link's proxy, once it is started."""

    def undos(self, link: str, fault: str, change: LinkChange) -> tuple[Undo, ...]:
        """What puts the link right again: known before anything is done to it."""

    async def inject(self, link: str, fault: str, change: LinkChange, share: float) -> None:
        """Returns when the change is in force on every connection."""

    async def alter(self, link: str, fault: str, change: SetToxics) -> None:
        """Other amounts for the toxics of a fault that is on; returns when they are in force. No byte is lost."""

    async def effect(self, link: str, fault: str, change: LinkChange) -> Effect:
        """To be read before the fault is undone: counters go with their toxic."""

    async def carried(self) -> Mapping[str, int]:
        """Bytes that each link has carried so far, both directions."""

    async def counts(self) -> Mapping[str, Count]:
        """Of each link whose proxy is ours."""

    def failure(self) -> str | None:
        """Why the backend is lost, or None while it is well."""


@runtime_checkable
class Renewable(Protocol):
    """Links that can serve another experiment as if they had just been made."""

    async def renew(self, counted: frozenset[str]) -> None:
        """Cut every connection; no toxic is set, nothing is counted yet, and all addresses are as they were.

        `counted`: the links whose requests are to be counted from now on.
        """
