"""One running copy of a system: its links first, then its services, which are told where the links are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from chaos.backends.links import Links
from chaos.backends.services import Services
from chaos.experiment.system import System
from chaos.system.addresses import Addresses
from chaos.system.ready import until_ready
from chaos.system.together import all_of
from chaos.undo.ending import end_processes
from chaos.undo.undo import Undo


class RunningSystem:
    """`addresses` are known once `start` has returned. What it starts is ended by undos; `record` is told each of them
    before its act.
    """

    addresses: Addresses

    def __init__(
        self, system: System, links: Links, services: Services, *, mark: str, record: Callable[[Undo], None]
    ) -> None:
        self._system = system
        self._mark = mark
        self._record = record
        self.links = links
        self.services = services

    async def start(self) -> None:
        """Raises `EnvironmentFailed` that names the service or proxy that did not come up, and its last words."""
        self._record(end_processes(self._mark, ()))
        grounds = await self.services.prepare()
        running = {name: service for name, service in self._system.services.items() if service.url is not None}
        services = {**{name: urlsplit(str(each.url)).netloc for name, each in running.items()}, **grounds.services}
        upstreams = {name: services[link.to] for name, link in self._system.links.items()}
        self.addresses = Addresses(await self.links.start(upstreams, self._record, grounds.listen), services)
        await all_of(
            (
                self.services.start(self.addresses),
                *(until_ready(name, services[name], each.ready, lambda: None) for name, each in running.items()),
            )
        )

    def failure(self) -> str | None:
        """Why the environment can't be trusted any more, or None. A service that was ended on purpose is no reason."""
        return self.links.failure() or self.services.failure()

    @property
    def logs(self) -> tuple[Path, ...]:
        """What the services have written; empty where one of them writes where it can't be read."""
        logs = self.services.logs
        return logs if len(logs) == len(self._system.services) else ()

    async def ended(self) -> None:
        """Until every service has ended; one that can't be ended is not waited for long."""
        await self.services.ended()
