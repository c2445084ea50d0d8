"""A system that stands, for code that is not written in its event loop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from chaos import units
from chaos.api.block import Block
from chaos.api.places import Journey, Link, Service
from chaos.api.stretch import parsed
from chaos.api.thread import LoopThread
from chaos.api.users import Users
from chaos.backends.support import backend_choice
from chaos.errors import InvalidOption
from chaos.experiment.problems import suggest
from chaos.experiment.systems import Choices
from chaos.journal.journal import Listener
from chaos.live.opening import standing_of
from chaos.live.system import LiveSystem, Standing
from chaos.undo.healing import heal_abandoned

logger = logging.getLogger(__name__)


def open_system(
    path: str | Path,
    *,
    variant: str | None = None,
    vars: Mapping[str, Any] | None = None,
    seed: int = 0,
    backend: str = "embedded",
    toxiproxy_url: Collection[str] = (),
) -> System:
    """The system of a file, to be stood up with `with` or `async with`. Options are the command's; `vars` are what it
    takes as `--set`. What killed runs left behind is put right first.

    Raises `InvalidFile` with all that is wrong in the file, or `InvalidOption`; nothing was touched then.
    """
    choices = Choices(variant=variant, vars=vars or {}, seed=seed)
    standing = standing_of(Path(path), choices, backend_choice(backend, tuple(toxiproxy_url)))
    heal_abandoned(logger.warning)
    return System(standing)


class System(Block):
    """`with chaos.open_system("system.yaml") as system: ...`, or `async with`: it stands inside. When the block ends,
    or the process does, however that is, all that it started is ended and all that it broke is mended.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._open: LiveSystem | None = None

    def __enter__(self) -> Self:
        self._thread = LoopThread(f"gatecrash {self.name}")
        try:
            return super().__enter__()
        except BaseException:
            self._thread.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            super().__exit__(kind, error, trace)
        finally:
            self._thread.close()

    async def __aenter__(self) -> Self:
        self._thread = LoopThread(f"gatecrash {self.name}")
        try:
            return await super().__aenter__()
        except BaseException:
            self._thread.close()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await super().__aexit__(kind, error, trace)
        finally:
            self._thread.close()

    def __repr__(self) -> str:
        return f"<system {self.name}>"

    @property
    def name(self) -> str:
        return self._standing.system.name

    @property
    def folder(self) -> Path:
        """Where its journal and the output of its services are."""
        return self._live.folder

    def link(self, name: str) -> Link:
        return Link(self._thread, self._live, "link", _known("link", name, self._standing.system.links))

    def service(self, name: str) -> Service:
        return Service(self._thread, self._live, "service", _known("service", name, self._standing.system.services))

    def journey(self, name: str) -> Journey:
        return Journey(self._thread, self._live, "journey", _known("journey", name, self._standing.system.journeys))

    def users(self, journey: str, *, rate: str | None = None, clients: int | None = None) -> Users:
        """Users of a journey, as its file says, or at this rate (`"20/s"`), or so many clients that each wait for their
        answer.
        """
        _known("journey", journey, self._standing.system.journeys)
        per_s = None if rate is None else parsed("rate", rate, units.parse_rate)
        return Users(self._thread, self._live, journey, rate=per_s, clients=clients)

    def url(self, target: str) -> str:
        """Where a target of a journey is: `edge:/feed` through that link, `service:store:/notes` round all of them."""
        try:
            return self._live.addresses.through_links(target)
        except KeyError:
            known = self._standing.system.links
            raise InvalidOption(f"{target!r} names no link; write it like {next(iter(known))}:/path") from None

    @property
    def failure(self) -> str | None:
        """Why it can't be trusted any more, or None: a proxy or a service has ended by itself."""
        return self._live.failure()

    def restart(self, service: str) -> None:
        """End a service and start it again, as an operator would; returns when it is ready."""
        self._thread.call(self._live.restart(service))

    async def arestart(self, service: str) -> None:
        """The same, to be awaited."""
        await self._thread.wait(self._live.restart(service))

    def reset(self) -> None:
        """All faults off, all users gone, services that have ended by themselves started again. Raises
        `EnvironmentFailed` if there were any, after that.
        """
        self._thread.call(self._live.reset())

    async def areset(self) -> None:
        """The same, to be awaited."""
        await self._thread.wait(self._live.reset())

    def watch(self, listener: Listener) -> Callable[[], None]:
        """`listener` is called with each event, in the system's own thread, until what is returned is called."""
        return self._live.watch(listener)

    async def _begin(self) -> None:
        live = LiveSystem(self._standing)
        await live.__aenter__()
        self._open = live

    async def _end(self, *, failed: bool) -> None:  # noqa: ARG002
        if self._open is not None:
            await self._open.__aexit__()
            self._open = None

    @property
    def _live(self) -> LiveSystem:
        if self._open is None:
            raise InvalidOption(f"{self.name} does not stand; use `with chaos.open_system(...) as system`")
        return self._open


def _known(kind: str, name: str, known: Collection[str]) -> str:
    if name not in known:
        raise InvalidOption(f"there is no {kind} {name!r}; {suggest(name, known)}")
    return name
