"""What all services in containers have in common, whoever made them: they are watched, broken and put right."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar, Final, TypeVar

from chaos.backends.docker.acts import ACTS, Act
from chaos.backends.docker.box import Box, Glimpse
from chaos.backends.docker.engine import Engine
from chaos.backends.docker.output import Output
from chaos.backends.links import Effect
from chaos.backends.services import Grounds, Site
from chaos.errors import EnvironmentFailed
from chaos.experiment.system import Ready
from chaos.faults.fault import ServiceChange
from chaos.system.addresses import LOOPBACK, Addresses
from chaos.system.environment import secrets_of
from chaos.system.ready import POLL_S, NotReady, until_ready
from chaos.undo.undo import Undo
from chaos.uninterrupted import to_the_end

WATCH_EVERY_S: Final = 0.2
GRACE_S: Final = 2.0
"""A service that is restarted has this long to end by itself."""
T = TypeVar("T")


class ContainerServices(ABC):
    """Implements `Services`, but for how they come about. `label` is carried by all of their containers.

    `last_words_s`: so long they are waited for, in the end, for what they have yet to print.
    """

    last_words_s: ClassVar[float]
    _addresses: Addresses
    """Once they are started."""

    def __init__(self, site: Site, label: str) -> None:
        self._site = site
        self._mark = site.surroundings.mark
        self._label = label
        self._engine: Engine | None = None
        self._boxes: dict[str, Box] = {}
        self._outputs: dict[str, Output] = {}
        self._glimpses: Mapping[str, Glimpse] = {}
        self._watching: asyncio.Task[None] | None = None
        self._lost: str | None = None
        self._down: set[str] = set()
        self._acts: dict[str, Act] = {}

    @abstractmethod
    async def prepare(self) -> Grounds: ...

    @abstractmethod
    async def start(self, addresses: Addresses) -> None: ...

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
            await asyncio.to_thread(output.end, self.last_words_s)

    @property
    def _there(self) -> Engine:
        if self._engine is None:
            raise EnvironmentFailed("the container engine was not asked for")
        return self._engine

    async def _do(self, call: Callable[..., T], *args: object) -> T:
        """A call that has a deadline, in a thread, and to its end: what it makes must not turn up after the undos."""
        return await to_the_end(asyncio.to_thread(call, *args))

    def _stands(self, name: str, box: Box) -> None:
        self._boxes[name] = box
        self._outputs[name] = Output(self._site.surroundings.folder / f"{name}.log", secrets_of(self._site.system))

    async def _watch(self) -> None:
        """From now on they are looked at, until that is cancelled or the engine is lost."""
        await self._look()
        self._watching = asyncio.create_task(self._keep_looking())

    async def _begin(self, name: str) -> None:
        """Does nothing to a container that runs."""
        box, engine = self._boxes[name], self._there
        await self._do(engine.start, box.id, name)
        started_at = (await self._do(engine.seen, box.id)).started_at
        self._follow(name, datetime.fromisoformat(started_at).timestamp())

    def _follow(self, name: str, since_s: float) -> None:
        """Copy what it prints from then on, in seconds since 1970."""
        self._outputs[name].copy(self._there.said(self._boxes[name].id, since_s))

    async def _start_again(self, name: str) -> None:
        await self._begin(name)
        await self._look()
        self._down.discard(name)
        await self._until_ready(name)

    async def _until_ready(self, name: str) -> None:
        service, box = self._site.system.services[name], self._boxes[name]
        try:
            if service.ready is None and service.healthcheck is not None:
                await self._until_healthy(name)
                return
            address = self._addresses.services[name]
            if service.ready is None:  # the published port accepts before anybody listens behind it
                if box.port is None:
                    return
                networks = (await self._do(self._there.seen, box.id)).networks
                address = f"{next(filter(None, networks.values()), LOOPBACK)}:{box.port}"
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

    async def _keep_looking(self) -> None:
        while self._lost is None:
            await asyncio.sleep(WATCH_EVERY_S)
            with suppress(EnvironmentFailed):
                await self._look()

    async def _look(self) -> None:
        try:
            self._glimpses = await self._do(self._there.glimpses, self._label)
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
