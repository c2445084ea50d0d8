"""Services as containers, in networks of their own, published on the loopback interface alone."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar, Final, TypeVar

from chaos.backends.docker.acts import ACTS, Act
from chaos.backends.docker.box import Box, Glimpse, Order
from chaos.backends.docker.engine import Engine
from chaos.backends.docker.output import Output
from chaos.backends.links import Effect
from chaos.backends.served import plain
from chaos.backends.services import Grounds, Site
from chaos.errors import EnvironmentFailed
from chaos.experiment.system import Ready, System
from chaos.faults.fault import ServiceChange
from chaos.system.addresses import LOOPBACK, Addresses
from chaos.system.environment import secrets_of
from chaos.system.ports import free_ports
from chaos.system.ready import POLL_S, NotReady, until_ready
from chaos.system.together import all_of
from chaos.system.told import told
from chaos.undo.ending import end_containers
from chaos.undo.engine import MARK_LABEL, QUIET_S, labels_of
from chaos.undo.undo import Undo
from chaos.uninterrupted import to_the_end

WATCH_EVERY_S: Final = 0.2
FIRST_FREE_PORT: Final = 1024
"""On those below it only root can listen."""
LAST_WORDS_S: Final = 1.0
GRACE_S: Final = 2.0
"""A service that is restarted has this long to end by itself."""
COMMON: Final = "default"
"""The network of services that name none."""
EVERYWHERE: Final = "0.0.0.0"
WORKDIR: Final = "/tmp"
PYTHON: Final = "python3"
"""What placeholders stand for in a container."""

T = TypeVar("T")


class DockerServices:
    """Implements `Services`. Everything that is made carries the mark as a label, and is removed by an undo for it."""

    changes: ClassVar[frozenset[type[ServiceChange]]] = frozenset(ACTS)

    def __init__(self, site: Site) -> None:
        self._site = site
        self._mark = site.surroundings.mark
        self._labels = labels_of(self._mark)
        self._services = {name: each for name, each in site.system.services.items() if each.made_from}
        self._engine: Engine | None = None
        self._images: dict[str, str] = {}
        self._networks: dict[str, str] = {}
        self._stand_ins: dict[str, str] = {}
        self._ports: Mapping[str, int] = {}
        self._boxes: dict[str, Box] = {}
        self._outputs: dict[str, Output] = {}
        self._ready = {name: asyncio.Event() for name in self._services}
        self._glimpses: Mapping[str, Glimpse] = {}
        self._watching: asyncio.Task[None] | None = None
        self._lost: str | None = None
        self._down: set[str] = set()
        self._acts: dict[str, Act] = {}

    @staticmethod
    def lacks(system: System) -> Mapping[str, str]:
        services = system.services.items()
        return {name: "an `image` or a `build`" for name, each in services if each.url is None and not each.made_from}

    async def prepare(self) -> Grounds:
        self._engine = await asyncio.to_thread(Engine.connect)
        await self._get_images()
        self._site.record(end_containers(self._engine.address, self._mark, quiet_s=QUIET_S))
        names = dict.fromkeys(name for each in self._services.values() for name in each.networks or (COMMON,))
        for name in names or (COMMON,):
            self._networks[name] = await self._do(self._engine.create_network, self._called(name), self._labels)
        common = await self._do(self._engine.gateway, next(iter(self._networks.values())))
        listen = dict.fromkeys(self._site.system.links, f"{common}:0")
        for link in self._standing_in():
            network = await self._do(self._engine.create_network, self._called(f"link-{link}"), self._labels)
            self._stand_ins[link] = await self._do(self._engine.gateway, network)
            listen[link] = f"{self._stand_ins[link]}:{self._services[link].port}"
        self._ports = dict(zip(self._services, free_ports(len(self._services)), strict=True))
        return Grounds({name: f"{LOOPBACK}:{port}" for name, port in self._ports.items()}, listen)

    def _standing_in(self) -> Iterator[str]:
        """The links that have the name of their service: their proxies listen on its port, at an address of their own,
        and for all other containers the service's name means that address. So an app that asks for `http://media:8000`
        comes through the link `media` without knowing it.
        """
        for link, each in self._site.system.links.items():
            service = self._services.get(link)
            if service is not None and each.to == link and (service.port >= FIRST_FREE_PORT or os.geteuid() == 0):
                yield link

    async def start(self, addresses: Addresses) -> None:
        self._addresses = addresses
        await all_of(self._make(name) for name in self._services)
        self._site.record(end_containers(self._there.address, self._mark, quiet_s=0.0))
        await self._look()
        self._watching = asyncio.create_task(self._watch())
        await all_of(self._start(name) for name in self._services)

    def failure(self) -> str | None:
        if self._lost is not None:
            return self._lost
        return next(filter(None, map(self._end_of, self._boxes.keys() - self._down)), None)

    @property
    def fallen(self) -> tuple[str, ...]:
        return tuple(name for name in self._boxes.keys() - self._down if self._end_of(name) is not None)

    async def restart(self, service: str) -> None:
        self._down.add(service)
        await self._do(self._there.stop, self._boxes[service].id, GRACE_S)
        await self._start_again(service)

    @property
    def logs(self) -> tuple[Path, ...]:
        return tuple(output.log for output in self._outputs.values())

    def undos(self, service: str, fault: str, change: ServiceChange) -> tuple[Undo, ...]:
        box, engine = self._boxes[service], self._there.address
        return tuple(
            Undo(
                id=f"{self._mark}/{fault}/{number}",
                kind=putting.kind,
                args={"engine": engine, "container": box.id, **putting.args},
                says=f"{fault}: {putting.says}",
                repair=f"docker {putting.by_hand}",
            )
            for number, putting in enumerate(ACTS[type(change)](change).undos(box))
        )

    async def inject(self, service: str, fault: str, change: ServiceChange) -> None:
        act = self._acts[fault] = ACTS[type(change)](change)
        if act.ends:
            self._down.add(service)
        await self._do(act.inject, self._there, self._boxes[service])

    async def effect(self, service: str, fault: str, change: ServiceChange) -> Effect:  # noqa: ARG002
        return Effect(state=await self._do(self._acts[fault].state, self._there, self._boxes[service]))

    async def take_back(self, service: str, fault: str, change: ServiceChange) -> None:  # noqa: ARG002
        if self._acts.pop(fault).ends:
            await self._start_again(service)

    async def ended(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
        for output in self._outputs.values():
            await asyncio.to_thread(output.wait, LAST_WORDS_S)

    @property
    def _there(self) -> Engine:
        if self._engine is None:
            raise EnvironmentFailed("the container engine was not asked for")
        return self._engine

    async def _do(self, call: Callable[..., T], *args: object) -> T:
        """A call that has a deadline, in a thread, and to its end: what it makes must not turn up after the undos."""
        return await to_the_end(asyncio.to_thread(call, *args))

    async def _get_images(self) -> None:
        """Those that are built are built once for all services that have the same."""
        built: dict[str, str] = {}
        for name, service in self._services.items():
            if service.build is None:
                self._images[name] = service.image or ""
                await asyncio.to_thread(self._there.require_image, self._images[name])
                continue
            key = service.build.model_dump_json()
            if key not in built:
                built[key] = service.image or f"gatecrash/{plain(self._site.system.name)}-{name}".lower()
                await self._build(self._there.build, self._site.folder, service.build, built[key])
            self._images[name] = built[key]

    async def _build(self, build: Callable[..., None], *args: object) -> None:
        """It may take minutes, and is given up when the run is."""
        unwanted = threading.Event()
        try:
            await asyncio.to_thread(build, *args, lambda: not unwanted.is_set())
        finally:
            unwanted.set()

    async def _make(self, name: str) -> None:
        service, engine = self._services[name], self._there
        inside = {other: f"{self._called(other)}:{each.port}" for other, each in self._services.items()}
        seen_inside = Addresses(self._addresses.links, {**self._addresses.services, **inside})
        place = {"host": EVERYWHERE, "port": str(service.port), "workdir": WORKDIR, "python": PYTHON}
        what = told(name, service, partial(seen_inside.render, **place))
        volumes = {}
        for number, (path, size_bytes) in enumerate(service.tmpfs.items()):
            volumes[path] = self._called(f"{name}-{number}")
            await self._do(engine.create_volume, volumes[path], size_bytes, self._labels)
        networks = {each: self._networks[each] for each in service.networks or (COMMON,)}
        order = Order(
            service=name,
            name=self._called(name),
            image=self._images[name],
            command=what.command,
            env=what.env,
            port=service.port,
            published=self._ports[name],
            networks=tuple(networks.values()),
            volumes=volumes,
            hosts={link: address for link, address in self._stand_ins.items() if link != name},
            healthcheck=service.healthcheck,
            labels=self._labels,
        )
        made = await self._do(engine.create, order)
        self._boxes[name] = Box(name, made, networks, service.tmpfs)
        self._outputs[name] = Output(self._site.surroundings.folder / f"{name}.log", secrets_of(self._site.system))

    async def _start(self, name: str) -> None:
        """Once all are ready that it depends on."""
        for other in self._services[name].depends_on:
            await self._ready[other].wait()
        await self._begin(name)
        await self._until_ready(name)
        self._ready[name].set()

    async def _start_again(self, name: str) -> None:
        await self._begin(name)
        await self._look()
        self._down.discard(name)
        await self._until_ready(name)

    async def _begin(self, name: str) -> None:
        """Does nothing to a container that runs."""
        box, engine = self._boxes[name], self._there
        await self._do(engine.start, box.id, name)
        started_at = (await self._do(engine.seen, box.id)).started_at
        self._outputs[name].copy(engine.said(box.id, datetime.fromisoformat(started_at).timestamp()))

    async def _until_ready(self, name: str) -> None:
        service = self._services[name]
        try:
            if service.ready is None and service.healthcheck is not None:
                await self._until_healthy(name)
                return
            address = self._addresses.services[name]
            if service.ready is None:  # the published port accepts before anybody listens behind it
                networks = (await self._do(self._there.seen, self._boxes[name].id)).networks
                address = f"{next(filter(None, networks.values()), LOOPBACK)}:{service.port}"
            await until_ready(name, address, service.ready, partial(self._end_of, name))
        except NotReady as late:
            raise EnvironmentFailed(f"{late}{self._outputs[name].last_lines()}") from None

    async def _until_healthy(self, name: str) -> None:
        within_s = Ready.model_fields["within"].default
        try:
            async with asyncio.timeout(within_s):
                while not self._glimpse(name).healthy:
                    if (reason := self._end_of(name)) is not None:
                        raise EnvironmentFailed(reason)
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise NotReady(f"the service {name} was not ready within {within_s:g}s (its health check fails)") from None

    async def _watch(self) -> None:
        """Until it is cancelled, or the engine is lost."""
        while self._lost is None:
            await asyncio.sleep(WATCH_EVERY_S)
            with suppress(EnvironmentFailed):
                await self._look()

    async def _look(self) -> None:
        try:
            self._glimpses = await self._do(self._there.glimpses, f"{MARK_LABEL}={self._mark}")
        except EnvironmentFailed as failed:
            self._lost = str(failed)
            raise

    def _glimpse(self, name: str) -> Glimpse:
        return self._glimpses.get(self._boxes[name].id, Glimpse("dead", healthy=False))

    def _end_of(self, name: str) -> str | None:
        """How its container ended, with its last lines; None while it lives."""
        if name not in self._boxes or not self._glimpse(name).has_ended or not self._outputs[name].is_whole:
            return None
        return f"the service {name} ended by itself{self._outputs[name].last_lines()}"

    def _called(self, name: str) -> str:
        return f"gatecrash-{plain(self._mark)}-{name}"
