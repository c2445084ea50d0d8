"""One running copy of a system: its links first, then its services, which are told where the links are."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from chaos.backends.links import Links, Surroundings
from chaos.errors import EnvironmentFailed
from chaos.experiment.system import Service, System
from chaos.system.addresses import Addresses
from chaos.system.environment import secrets_of
from chaos.system.ports import free_ports
from chaos.system.process import ServiceProcess
from chaos.system.ready import until_ready
from chaos.undo import sessions
from chaos.undo.sessions import State
from chaos.undo.undo import Undo

ENDED_WITHIN_S = 5.0
GONE_WITHIN_S = 2.0
"""A service that is ended on purpose has this long before it is left alone, or killed."""


class RunningSystem:
    """`addresses` are known once `start` has returned. What it starts carries the mark and is ended by its undo;
    `record` is told each undo before its act, `started` the session of each service, for those that lose their mark.
    """

    addresses: Addresses

    def __init__(
        self,
        system: System,
        folder: Path,
        links: Links,
        surroundings: Surroundings,
        *,
        record: Callable[[Undo], None],
        started: Callable[[str], None],
    ) -> None:
        self._system = system
        self._folder = folder
        self._links = links
        self._surroundings = surroundings
        self._record = record
        self._started = started
        self._ports: Mapping[str, int] = {}
        self._processes: dict[str, ServiceProcess] = {}
        self._former: list[ServiceProcess] = []
        self._down: set[str] = set()
        self._secrets = secrets_of(system)

    async def start(self) -> None:
        """Raises `EnvironmentFailed` that names the service or proxy that did not come up, and its last words."""
        local = [name for name, service in self._system.services.items() if service.command is not None]
        self._ports = ports = dict(zip(local, free_ports(len(local)), strict=True))
        services = {name: self._address(service, ports.get(name)) for name, service in self._system.services.items()}
        upstreams = {name: services[link.to] for name, link in self._system.links.items()}
        self.addresses = Addresses(await self._links.start(upstreams, self._record), services)
        failures: list[str] = []
        try:
            async with asyncio.TaskGroup() as starting:
                for name, service in self._system.services.items():
                    if service.command is not None:
                        starting.create_task(self._start_service(name))
                    else:
                        starting.create_task(until_ready(name, services[name], service.ready, lambda: None))
        except* EnvironmentFailed as group:
            failures.extend(map(str, group.exceptions))
        if failures:  # not raised above, where it would come out as a group
            raise EnvironmentFailed("\n".join(failures))

    def failure(self) -> str | None:
        """Why the environment can't be trusted any more, or None. A service that was ended on purpose is no reason."""
        watched = [process for name, process in self._processes.items() if name not in self._down]
        return self._links.failure() or next(filter(None, (process.failure() for process in watched)), None)

    @property
    def fallen(self) -> tuple[str, ...]:
        """Services that have ended by themselves."""
        processes = self._processes.items()
        return tuple(name for name, each in processes if name not in self._down and each.failure() is not None)

    @property
    def logs(self) -> tuple[Path, ...]:
        """What the services have written; empty where one of them writes where it can't be read."""
        if len(self._processes) < len(self._system.services):
            return ()
        return tuple(process.log for process in self._processes.values())

    @property
    def mark(self) -> str:
        """What its processes carry."""
        return self._surroundings.mark

    def session(self, name: str) -> str:
        """Of a service's processes. Raises `EnvironmentFailed` for a service that has none here."""
        process = self._processes.get(name)
        if process is None or process.session is None:
            raise EnvironmentFailed(f"the service {name} has no processes of its own here")
        return process.session

    async def state(self, name: str) -> State:
        """Of a service's processes, seen from outside."""
        return await asyncio.to_thread(sessions.state_of, self.session(name))

    async def pause(self, name: str) -> None:
        await asyncio.to_thread(sessions.pause, self.session(name))

    async def end(self, name: str, number: signal.Signals) -> None:
        """Send a service's processes that signal; returns when they are gone, or after a while if they won't go.

        From now on until it is started again it is no failure that it is gone.
        """
        self._down.add(name)
        await asyncio.to_thread(sessions.end, self.session(name), number, within_s=GONE_WITHIN_S)

    async def start_again(self, name: str) -> None:
        """On the same port, with the same work directory; what would not go is killed before."""
        await asyncio.to_thread(sessions.end, self.session(name), signal.SIGKILL, within_s=GONE_WITHIN_S)
        self._former.append(self._processes[name])
        await self._spawn(name)
        self._down.discard(name)

    async def until_ready(self, name: str) -> None:
        await self._processes[name].ready(self.addresses.services[name], self._system.services[name].ready)

    async def ended(self) -> None:
        """Until every service process has ended and was waited for; one that can't be ended is not waited for long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ENDED_WITHIN_S):
                everything = [*self._former, *self._processes.values()]
                await asyncio.gather(*(process.wait() for process in everything))

    def _address(self, service: Service, port: int | None) -> str:
        return f"127.0.0.1:{port}" if service.url is None else urlsplit(service.url).netloc

    async def _start_service(self, name: str) -> None:
        await self._spawn(name)
        await self.until_ready(name)

    async def _spawn(self, name: str) -> None:
        service, port = self._system.services[name], str(self._ports[name])
        workdir = self._surroundings.folder / "work" / name
        workdir.mkdir(parents=True, exist_ok=True)
        try:
            # Split first: a folder's name with a space in it stays one word.
            words = [*shlex.split(service.command or ""), *service.env.values()]
            words = [self.addresses.render(word, port=port, workdir=str(workdir)) for word in words]
        except KeyError as error:
            message = f"the service {name} needs the environment variable {error.args[0]}, which is not set"
            raise EnvironmentFailed(message) from None
        process = ServiceProcess(name, self._surroundings.folder / f"{name}.log", self._secrets)
        count = len(words) - len(service.env)
        env = dict(zip(service.env, words[count:], strict=True))
        command = shlex.join(words[:count])
        await process.start(command, cwd=self._folder / service.cwd, env=env, mark=self._surroundings.mark)
        self._processes[name] = process
        if (session := process.session) is not None:
            self._started(session)
