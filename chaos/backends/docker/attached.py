"""Services in containers of a compose project that runs already: broken where they are, and left as they were.

Nothing of ours can be put on them, so all that is undone names a container by its id. Before anything else, how each of
them stands is written into an undo of its own, which is performed last and fails where something is not as it was.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final

from chaos.backends.docker.box import Box, Was
from chaos.backends.docker.compose import Composed, chosen, port_of, published
from chaos.backends.docker.containers import ContainerServices
from chaos.backends.docker.engine import Engine
from chaos.backends.links import Effect
from chaos.backends.services import Grounds, Site
from chaos.errors import EnvironmentFailed
from chaos.experiment.container import DEFAULT_PORT
from chaos.experiment.problems import suggest
from chaos.faults.fault import ServiceChange
from chaos.system.addresses import LOOPBACK, Addresses
from chaos.system.together import all_of
from chaos.undo.ending import leave_container
from chaos.undo.engine import PROJECT_LABEL
from chaos.undo.standing import own_names, standing

_LIMITS: Final = ("NanoCpus", "CpuPeriod", "CpuQuota", "Memory", "MemorySwap")


class AttachedServices(ContainerServices):
    """Implements `Services`."""

    last_words_s: ClassVar[float] = 0.0

    def __init__(self, site: Site) -> None:
        self._project = site.system.project or ""
        super().__init__(site, f"{PROJECT_LABEL}={self._project}")
        self._sent: dict[str, int] = {}
        """What each container had sent when it was found ready."""
        self._sent_since: dict[str, int] = {}
        """And from then until a fault of it; counts begin anew with each network that it is put on."""

    async def prepare(self) -> Grounds:
        self._engine = await asyncio.to_thread(Engine.connect)
        services = self._site.system.services.items()
        wanted = {name: each.running for name, each in services if each.running is not None}
        there = chosen(await self._do(self._engine.composed, PROJECT_LABEL), self._project, wanted)
        return Grounds({name: await self._take(name, each) for name, each in there.items()}, {})

    async def start(self, addresses: Addresses) -> None:
        self._addresses = addresses
        await self._watch()
        await all_of(map(self._meet, self._boxes))

    async def inject(self, service: str, fault: str, change: ServiceChange) -> None:
        sent = await self._sent_by(service) - self._sent[service]
        self._sent_since[service] = max(sent, self._sent_since.get(service, 0))
        await super().inject(service, fault, change)

    async def effect(self, service: str, fault: str, change: ServiceChange) -> Effect:
        return replace(await super().effect(service, fault, change), sent=self._sent_since[service])

    async def _take(self, name: str, composed: Composed) -> str:
        """Its address, once it is known how to leave it."""
        engine, service = self._there, self._site.system.services[name]
        found = await self._do(engine.found, composed.id)
        networks = await self._do(engine.network_names, found)
        for network in service.networks:
            if network not in networks:
                raise EnvironmentFailed(
                    f"the service {name} is on no network {network!r}; {suggest(network, networks)}"
                )
        try:
            port = port_of(found, service.port)
        except EnvironmentFailed as several:
            raise EnvironmentFailed(f"the service {name}: {several}") from None
        address, reached_at = _address(found, port)
        stands = json.dumps(standing(found, reached_at=reached_at))
        self._site.record(
            leave_container(engine.address, self._mark, name, composed.id, standing=stands, reached_at=reached_at)
        )
        self._stands(name, Box(name, composed.id, networks, {}, _was(found), port, borrowed=True))
        return address

    async def _meet(self, name: str) -> None:
        self._follow(name, time.time())
        await self._until_ready(name)
        self._sent[name] = await self._sent_by(name)

    async def _sent_by(self, service: str) -> int:
        return (await self._do(self._there.figures, self._boxes[service].id)).sent_bytes


def _address(found: Mapping[str, Any], port: int | None) -> tuple[str, str]:
    """Where this machine reaches it; and its address on one of its networks where that is the only way."""
    if port is not None and (outside := published(found, port)) is not None:
        return f"{LOOPBACK}:{outside}", ""
    addresses = [each["IPAddress"] for each in (found["NetworkSettings"]["Networks"] or {}).values()]
    inside = next(filter(None, addresses), "")
    return f"{inside or LOOPBACK}:{port or DEFAULT_PORT}", inside


def _was(found: Mapping[str, Any]) -> Was:
    networks = (found["NetworkSettings"]["Networks"] or {}).values()
    return Was(
        {key: found["HostConfig"].get(key) or 0 for key in _LIMITS},
        {each["NetworkID"]: _endpoint(found["Id"], each) for each in networks},
    )


def _endpoint(container: str, found: Mapping[str, Any]) -> Mapping[str, object]:
    """What it takes to put the container on that network again as it was."""
    kept = {key: found[key] for key in ("IPAMConfig", "Links", "DriverOpts", "GwPriority") if found.get(key)}
    return {**kept, "Aliases": list(own_names(container, found))}
