"""One service's container, as plain data: what it is made from, what it is once it is made, and how it is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chaos.experiment.container import Healthcheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a container is made from. `networks` are ids, `volumes` names by their paths in the container, `hosts`
    addresses by the names that shall mean them there."""

    service: str
    name: str
    image: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    port: int
    published: int
    networks: tuple[str, ...]
    volumes: Mapping[str, str]
    hosts: Mapping[str, str]
    healthcheck: Healthcheck | None
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Program:
    """A container with this machine's network, as one of its programs would have it."""

    name: str
    image: str
    command: tuple[str, ...]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Was:
    """What faults may change of a container, as it was before, in the words of the engine's API: its limits, and how it
    was put on each of its networks, by their ids."""

    limits: Mapping[str, int]
    endpoints: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Box:
    """The container of a service. `networks` are the ids of its networks by the names that the system file has for
    them, `volumes` the bytes that fit onto its small file systems by their paths; `port` is on which it listens, None
    where nobody knows. `borrowed`: it is somebody else's."""

    service: str
    id: str
    networks: Mapping[str, str]
    volumes: Mapping[str, int]
    was: Was
    port: int | None
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A container as its engine describes it: `status` is its own word (`running`, `paused`, `exited`), `networks` its
    address in each of them, by their ids; `pid` its first process where the engine runs, 0 when there is none."""

    status: str
    started_at: str = ""
    killed_for_memory: bool = False
    pid: int = 0
    networks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """As much of a container as a list of many tells."""

    status: str
    healthy: bool

    @property
    def has_ended(self) -> bool:
        return self.status in {"exited", "dead", "removing"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What the kernel counts for a container: how often its limit of computing time held it back, its memory, and what
    it has sent on its networks."""

    throttled: int
    memory_bytes: int
    sent_bytes: int = 0
