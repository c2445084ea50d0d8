"""Services in containers of our own, in networks of their own, published on the loopback interface alone."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import ClassVar, Final

from chaos.backends.docker.box import Box, Order, Was
from chaos.backends.docker.containers import ContainerServices
from chaos.backends.docker.engine import Engine
from chaos.backends.served import plain
from chaos.backends.services import Grounds, Site
from chaos.system.addresses import LOOPBACK, Addresses
from chaos.system.ports import free_ports
from chaos.system.together import all_of
from chaos.system.told import told
from chaos.undo.ending import end_containers
from chaos.undo.engine import MARK_LABEL, QUIET_S, labels_of

FIRST_FREE_PORT: Final = 1024
"""On those below it only root can listen."""
COMMON: Final = "default"
"""The network of services that name none."""
EVERYWHERE: Final = "0.0.0.0"
WORKDIR: Final = "/tmp"
PYTHON: Final = "python3"
"""What placeholders stand for in a container."""


class MadeServices(ContainerServices):
    """Implements `Services`. Everything that is made carries the mark as a label, and is removed by an undo for it."""

    last_words_s: ClassVar[float] = 1.0

    def __init__(self, site: Site) -> None:
        mark = site.surroundings.mark
        super().__init__(site, f"{MARK_LABEL}={mark}")
        self._labels = labels_of(mark)
        self._services = {name: each for name, each in site.system.services.items() if each.made_from}
        self._images: dict[str, str] = {}
        self._networks: dict[str, str] = {}
        self._stand_ins: dict[str, str] = {}
        self._ports: Mapping[str, int] = {}
        self._ready = {name: asyncio.Event() for name in self._services}

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
            listen[link] = f"{self._stand_ins[link]}:{self._services[link].inside_port}"
        self._ports = dict(zip(self._services, free_ports(len(self._services)), strict=True))
        return Grounds({name: f"{LOOPBACK}:{port}" for name, port in self._ports.items()}, listen)

    def _standing_in(self) -> Iterator[str]:
        """The links that have the name of their service: their proxies listen on its port, at an address of their own,
        and for all other containers the service's name means that address. So an app that asks for `http://media:8000`
        comes through the link `media` without knowing it.
        """
        for link, each in self._site.system.links.items():
            service = self._services.get(link)
            if (
                service is not None
                and each.to == link
                and (service.inside_port >= FIRST_FREE_PORT or os.geteuid() == 0)
            ):
                yield link

    async def start(self, addresses: Addresses) -> None:
        self._addresses = addresses
        await all_of(self._make(name) for name in self._services)
        self._site.record(end_containers(self._there.address, self._mark, quiet_s=0.0))
        await self._watch()
        await all_of(self._start(name) for name in self._services)

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
        inside = {other: f"{self._called(other)}:{each.inside_port}" for other, each in self._services.items()}
        seen_inside = Addresses(self._addresses.links, {**self._addresses.services, **inside})
        place = {"host": EVERYWHERE, "port": str(service.inside_port), "workdir": WORKDIR, "python": PYTHON}
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
            port=service.inside_port,
            published=self._ports[name],
            networks=tuple(networks.values()),
            volumes=volumes,
            hosts={link: address for link, address in self._stand_ins.items() if link != name},
            healthcheck=service.healthcheck,
            labels=self._labels,
        )
        made = await self._do(engine.create, order)
        was = Was({}, {network: {"Aliases": [name]} for network in networks.values()})
        self._stands(name, Box(name, made, networks, service.tmpfs, was, service.inside_port))

    async def _start(self, name: str) -> None:
        """Once all are ready that it depends on."""
        for other in self._services[name].depends_on:
            await self._ready[other].wait()
        await self._begin(name)
        await self._until_ready(name)
        self._ready[name].set()

    def _called(self, name: str) -> str:
        return f"gatecrash-{plain(self._mark)}-{name}"
