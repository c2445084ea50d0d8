"""Services as local processes: each in a session of its own, on a free port of the loopback interface."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from chaos.backends.links import ON_LOOPBACK, Effect
from chaos.backends.services import WORK, Grounds, ServiceBackend, Site
from chaos.errors import EnvironmentFailed
from chaos.experiment.system import System
from chaos.faults.fault import EndService, PauseService, RestartService, ServiceChange, SlowService
from chaos.system.addresses import LOOPBACK, Addresses
from chaos.system.environment import secrets_of
from chaos.system.ports import free_ports
from chaos.system.process import ServiceProcess
from chaos.system.slowing import Slowing
from chaos.system.together import all_of
from chaos.system.told import told
from chaos.undo import sessions
from chaos.undo.ending import end_processes
from chaos.undo.undo import Undo
from chaos.uninterrupted import to_the_end

ENDED_WITHIN_S = 5.0
GONE_WITHIN_S = 2.0
"""A service that is ended on purpose has this long before it is left alone, or killed."""


def _lacks(system: System) -> Mapping[str, str]:
    return {
        name: "a container engine" if each.running is not None else "a `command`"
        for name, each in system.services.items()
        if each.url is None and each.command is None
    }


class ProcessServices:
    """Implements `Services`. What it starts carries the mark and is ended by an undo for that mark; the session of each
    is added to that undo, for those that lose their mark.

    A service that was ended is started again by the runner, and only as long as there is one: when the runner is gone
    nobody needs it.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._mark = site.surroundings.mark
        self._services = {name: each for name, each in site.system.services.items() if each.command is not None}
        self._secrets = secrets_of(site.system)
        self._ports: Mapping[str, int] = {}
        self._processes: dict[str, ServiceProcess] = {}
        self._former: list[ServiceProcess] = []
        self._sessions: list[str] = []
        self._down: set[str] = set()
        self._session_before: dict[str, str] = {}
        self._slowing: dict[str, Slowing] = {}

    async def prepare(self) -> Grounds:
        self._ports = dict(zip(self._services, free_ports(len(self._services)), strict=True))
        services = {name: f"{LOOPBACK}:{port}" for name, port in self._ports.items()}
        return Grounds(services, ON_LOOPBACK)

    async def start(self, addresses: Addresses) -> None:
        self._addresses = addresses
        await all_of(self._start(name) for name in self._services)

    def failure(self) -> str | None:
        return next(filter(None, (self._processes[name].failure() for name in self._watched)), None)

    @property
    def fallen(self) -> tuple[str, ...]:
        return tuple(name for name in self._watched if self._processes[name].failure() is not None)

    async def restart(self, service: str) -> None:
        await self._end(service, signal.SIGTERM)
        await to_the_end(self._start_again(service))
        await self._until_ready(service)

    @property
    def logs(self) -> tuple[Path, ...]:
        return tuple(process.log for process in self._processes.values())

    def undos(self, service: str, fault: str, change: ServiceChange) -> tuple[Undo, ...]:
        if not isinstance(change, PauseService | SlowService):
            return ()
        session, mark = self._session(service), self._mark_of(fault)
        leader = session.partition("=")[0]
        pausing = isinstance(change, PauseService)
        return (
            Undo(
                id=mark,
                kind="session.resume" if pausing else "throttle.end",
                args={"session": session, **({} if pausing else {"mark": mark})},
                says=f"{fault}: let the service {service} go on",
                repair=f"pkill -CONT -s {leader}",
            ),
        )

    async def inject(self, service: str, fault: str, change: ServiceChange) -> None:
        self._session_before[fault] = session = self._session(service)
        match change:
            case EndService():
                await self._end(service, signal.Signals[change.signal])
            case RestartService():
                await self._end(service, signal.Signals[change.signal])
                await self._start_again(service)
            case PauseService():
                await asyncio.to_thread(sessions.pause, session)
            case SlowService():
                self._slowing[fault] = slowing = Slowing(service)
                await slowing.start(session, change.share, mark=self._mark_of(fault))

    async def effect(self, service: str, fault: str, change: ServiceChange) -> Effect:
        if isinstance(change, SlowService):
            return Effect(stopped_ratio=await self._slowing[fault].stopped_ratio())
        session = self._session(service)
        state = await asyncio.to_thread(sessions.state_of, session)
        anew = session != self._session_before[fault]
        return Effect(state="another process" if anew and state != "gone" else state)

    async def take_back(self, service: str, fault: str, change: ServiceChange) -> None:
        match change:
            case EndService():
                await self._start_again(service)
                await self._until_ready(service)
            case RestartService():
                await self._until_ready(service)
            case SlowService():
                await self._slowing.pop(fault).end()

    async def ended(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ENDED_WITHIN_S):
                everything = [*self._former, *self._processes.values()]
                await asyncio.gather(*(process.wait() for process in everything))

    @property
    def _watched(self) -> tuple[str, ...]:
        """Those that are not down on purpose."""
        return tuple(name for name in self._processes if name not in self._down)

    def _mark_of(self, fault: str) -> str:
        return f"{self._mark}/{fault}"

    def _session(self, name: str) -> str:
        """Raises `EnvironmentFailed` for a service that has none here."""
        process = self._processes.get(name)
        if process is None or process.session is None:
            raise EnvironmentFailed(f"the service {name} has no processes of its own here")
        return process.session

    async def _end(self, name: str, number: signal.Signals) -> None:
        """Returns when its processes are gone, or after a while if they won't go.

        From now on until it is started again it is no failure that it is gone.
        """
        self._down.add(name)
        await asyncio.to_thread(sessions.end, self._session(name), number, within_s=GONE_WITHIN_S)

    async def _start_again(self, name: str) -> None:
        """On the same port, with the same work directory; what would not go is killed before."""
        await asyncio.to_thread(sessions.end, self._session(name), signal.SIGKILL, within_s=GONE_WITHIN_S)
        self._former.append(self._processes[name])
        await self._spawn(name)
        self._down.discard(name)

    async def _start(self, name: str) -> None:
        await self._spawn(name)
        await self._until_ready(name)

    async def _until_ready(self, name: str) -> None:
        await self._processes[name].ready(self._addresses.services[name], self._services[name].ready)

    async def _spawn(self, name: str) -> None:
        service, folder = self._services[name], self._site.surroundings.folder
        workdir = folder / WORK / name
        workdir.mkdir(parents=True, exist_ok=True)
        render = partial(self._addresses.render, port=str(self._ports[name]), workdir=str(workdir))
        what = told(name, service, render)
        process = ServiceProcess(name, folder / f"{name}.log", self._secrets)
        await process.start(what.command, cwd=self._site.folder / service.cwd, env=what.env, mark=self._mark)
        self._processes[name] = process
        if process.session is not None:
            self._sessions.append(process.session)
            self._site.record(end_processes(self._mark, self._sessions))


PROCESSES: Final = ServiceBackend(
    changes=frozenset({EndService, RestartService, PauseService, SlowService}), lacks=_lacks, services=ProcessServices
)
