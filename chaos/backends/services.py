"""What a backend of services can do: start them, say how they are, break them, and say what the breaking came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from chaos.backends.links import Effect, Surroundings
from chaos.experiment.system import System
from chaos.faults.fault import ServiceChange
from chaos.system.addresses import Addresses
from chaos.undo.undo import Undo

WORK: Final = "work"
"""Below the folder of a system: what its processes store (`{workdir}`)."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where a system is going to stand, known before any of its services is started.

    `services` are `host:port` of the services that will be started, as this machine reaches them; `listen` is where on
    this machine proxies of links must listen whose callers would not reach them on loopback. Port 0: any that is free.
    """

    services: Mapping[str, str]
    listen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Site:
    """What a backend of services is told of one running system. `folder` is the system file's; `record` is told how
    each thing that outlives this process is taken away again, before it is made."""

    system: System
    folder: Path
    surroundings: Surroundings
    record: Callable[[Undo], None]


class Services(Protocol):
    """Those of one system that can be broken here. Every call has a deadline and raises `EnvironmentFailed` when it
    can't be kept.
    """

    async def prepare(self) -> Grounds:
        """Whatever must be there before links and services are."""

    async def start(self, addresses: Addresses) -> None:
        """All of them; returns when each is ready. Raises one error for all that did not come up."""

    def failure(self) -> str | None:
        """Why they can't be trusted any more, or None. One that was ended on purpose is no reason."""

    @property
    def fallen(self) -> tuple[str, ...]:
        """Those that have ended by themselves."""

    async def restart(self, service: str) -> None:
        """End it, unless it has ended by itself, and start it again at the same address; returns when it is ready."""

    @property
    def logs(self) -> tuple[Path, ...]:
        """What they have written, a file each."""

    def undos(self, service: str, fault: str, change: ServiceChange) -> tuple[Undo, ...]:
        """What must be undone although the runner may be gone: known before anything is done."""

    async def inject(self, service: str, fault: str, change: ServiceChange) -> None:
        """Returns when the change is in force."""

    async def effect(self, service: str, fault: str, change: ServiceChange) -> Effect:
        """The state of the service, seen from outside. To be read before the change is taken back."""

    async def take_back(self, service: str, fault: str, change: ServiceChange) -> None:
        """Whatever of it only the runner can put right; recorded undos are performed after that."""

    async def ended(self) -> None:
        """Until all are seen to have ended, once the undos have ended them; one that won't is not waited for long."""


@dataclass(frozen=True, slots=True)
class ServiceBackend:
    """`changes` are the kinds of change that it can make to a service; `lacks` says, of the services that it can't
    have, what each of them lacks."""

    changes: frozenset[type[ServiceChange]]
    lacks: Callable[[System], Mapping[str, str]]
    services: Callable[[Site], Services]
