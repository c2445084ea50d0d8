"""Real Toxiproxies: those that run somewhere, or a `toxiproxy-server` on PATH, started here.

They tell nobody what their toxics acted on. So each of our links there stands between two *taps*, plain relays of the
embedded proxy: what enters a toxic is what the tap on that side passed on.

    callers -> tap -> Toxiproxy's proxy, with the toxics -> tap -> service

A proxy that its owner has wired is used as it stands.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.existing import ExistingProxy
from chaos.backends.links import ON_LOOPBACK, Count, Effect, Placed, Proxied, Surroundings
from chaos.backends.served import ServedProxy, knock, plain
from chaos.backends.toxiproxy import ToxiproxyClient
from chaos.errors import EnvironmentFailed
from chaos.experiment.servers import UNNAMED
from chaos.faults.fault import LinkChange, SetToxics, TakeDown, ToxicSpec
from chaos.system.addresses import ANY_ON_LOOPBACK
from chaos.system.ports import free_ports
from chaos.undo.processes import MARK
from chaos.undo.undo import Undo

SERVER_NAME = "toxiproxy-server"
START_WITHIN_S = 10.0
POLL_S = 0.02
UNLIKELY = 0.001
"""A toxic with a share is taken for met when this is how probable it is that it spared every connection."""

Counters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Injected:
    """What the taps had counted when a fault was injected."""

    share: float
    before: Counters
    behind: Counters


class ToxiproxyLinks:
    """Implements `Links`. Touches only proxies that it made, under names that nobody else uses, and those that the
    system file names.
    """

    toxics: ClassVar[frozenset[str]] = frozenset(
        {"latency", "bandwidth", "slow_close", "timeout", "reset_peer", "slicer", "limit_data"}
    )

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._taps = EmbeddedLinks(surroundings)
        self._process: subprocess.Popen[bytes] | None = None
        self._proxies: dict[str, ServedProxy] = {}
        self._existing: dict[str, ExistingProxy] = {}
        self._fronts: dict[str, str] = {}
        self._injected: dict[str, _Injected] = {}

    async def start(
        self, upstreams: Mapping[str, str], record: Callable[[Undo], None], listen: Mapping[str, str] = ON_LOOPBACK
    ) -> Mapping[str, str]:
        placed = {link: self._surroundings.placed.get(link, Placed(UNNAMED, None)) for link in upstreams}
        clients = {name: await asyncio.to_thread(self._connect, name) for name in {at.server for at in placed.values()}}
        for link, at in placed.items():
            if at.proxy is not None:
                host, _ = self._surroundings.servers[at.server]
                mark = self._surroundings.mark
                found = await asyncio.to_thread(ExistingProxy.find, clients[at.server], host, at.proxy, mark)
                self._existing[link] = found
        ours = {link: upstream for link, upstream in upstreams.items() if link not in self._existing}
        if ours:
            await self._wire(ours, {link: clients[placed[link].server] for link in ours}, record)
            inner = {link: proxy.listen for link, proxy in self._proxies.items()}
            self._fronts = dict(await self._taps.add(inner, listen))
        return {**self._fronts, **{link: proxy.address for link, proxy in self._existing.items()}}

    async def _wire(
        self, upstreams: Mapping[str, str], clients: Mapping[str, ToxiproxyClient], record: Callable[[Undo], None]
    ) -> None:
        """A proxy of ours for each of these links, between its taps."""
        far = {_behind(link): upstream for link, upstream in upstreams.items()}
        behind = await self._taps.start(far, record)
        for link, client in clients.items():
            name, upstream = self._name(link), behind[_behind(link)]
            record(_delete(client, name, link))
            listen = await asyncio.to_thread(client.create, name, upstream, ANY_ON_LOOPBACK)
            self._proxies[link] = ServedProxy(client, name, listen, upstream)

    def proxied(self, link: str) -> Proxied:
        return self._served(link).proxied

    def undos(self, link: str, fault: str, change: LinkChange) -> tuple[Undo, ...]:
        if (existing := self._existing.get(link)) is not None:
            return tuple(existing.served.undos(self._surroundings.mark, link, fault, change))
        undos = tuple(self._proxies[link].undos(self._surroundings.mark, link, fault, change))
        return (*undos, *self._taps.undos(link, fault, change)) if isinstance(change, TakeDown) else undos

    async def inject(self, link: str, fault: str, change: LinkChange, share: float) -> None:
        if (existing := self._existing.get(link)) is not None:
            await existing.inject(fault, change, share)
            return
        counters = await self._taps.counters()
        self._injected[fault] = _Injected(share, counters[link], counters[_behind(link)])
        await self._proxies[link].inject(fault, change, share)
        if isinstance(change, TakeDown):  # callers must be refused, not accepted by the tap and dropped
            await self._taps.inject(link, fault, change, share)

    async def alter(self, link: str, fault: str, change: SetToxics) -> None:
        await self._served(link).alter(fault, change)

    async def effect(self, link: str, fault: str, change: LinkChange) -> Effect:
        if (existing := self._existing.get(link)) is not None:
            return await existing.effect(fault, change)
        if isinstance(change, TakeDown):
            return Effect(canary=await knock(self._fronts[link]))
        proxy = self._proxies[link]
        there = await asyncio.to_thread(proxy.client.toxics, proxy.name)
        if not set(proxy.names(fault, change)) <= there.keys():
            return Effect()  # somebody took them away: whatever passed met nothing
        counters = await self._taps.counters()
        before = self._injected[fault]
        entered = {
            "upstream": _Passed.between(before.before, counters[link], "upstream"),
            "downstream": _Passed.between(before.behind, counters[_behind(link)], "downstream"),
        }
        effects = [entered[toxic.stream].effect(toxic, before.share) for toxic in change.toxics]
        return max(effects, key=lambda effect: effect.bytes)

    async def carried(self) -> Mapping[str, int]:
        taps = await self._taps.carried() if self._proxies else {}
        carried = {link: taps[link] for link in self._proxies}
        for link, existing in self._existing.items():
            carried[link] = sum((await existing.received()).values())
        return carried

    async def counts(self) -> Mapping[str, Count]:
        """By the taps in front of them: no other Toxiproxy can count requests, or connections that are still open."""
        taken = await self._taps.counts() if self._proxies else {}
        return {link: taken[link] for link in self._proxies}

    def failure(self) -> str | None:
        if self._process is not None and self._process.poll() is not None:
            return f"{SERVER_NAME} ended (exit code {self._process.returncode}); see toxiproxy.log of the run"
        return self._taps.failure()

    def _served(self, link: str) -> ServedProxy:
        existing = self._existing.get(link)
        return self._proxies[link] if existing is None else existing.served

    def _name(self, link: str) -> str:
        return f"gatecrash-{plain(self._surroundings.mark)}-{plain(link)}"

    def _connect(self, name: str) -> ToxiproxyClient:
        """Raises `EnvironmentFailed` for a server that isn't there."""
        runs_at = self._surroundings.servers.get(name)
        host, port = runs_at if runs_at is not None else self._start_server()
        client = ToxiproxyClient(f"[{host}]" if ":" in host else host, port)
        deadline = time.monotonic() + (START_WITHIN_S if runs_at is None else 0.0)
        while True:
            try:
                client.version()
                return client
            except EnvironmentFailed:
                if time.monotonic() >= deadline or self.failure() is not None:
                    raise
            time.sleep(POLL_S)

    def _start_server(self) -> tuple[str, int]:
        program = shutil.which(os.environ.get("TOXIPROXY_SERVER", SERVER_NAME))
        if program is None:
            message = f"there is no {SERVER_NAME} on PATH; install it, or name a running one with --toxiproxy-url"
            raise EnvironmentFailed(message)
        (port,) = free_ports(1)
        with (self._surroundings.folder / "toxiproxy.log").open("wb") as log:
            self._process = subprocess.Popen(
                [program, "-host", "127.0.0.1", "-port", str(port), "-seed", str(self._surroundings.seed)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, MARK: self._surroundings.mark, "LOG_LEVEL": "warn"},
            )
        return "127.0.0.1", port


@dataclass(frozen=True, slots=True)
class _Passed:
    """What entered a proxy on one side since a fault was injected."""

    connections: int
    bytes: int

    @classmethod
    def between(cls, before: Counters, after: Counters, stream: str) -> _Passed:
        opened = int(after["connections"]) - int(before["connections"]) + int(before["open"])
        return cls(opened, int(after["bytes"][stream]) - int(before["bytes"][stream]))

    def effect(self, toxic: ToxicSpec, share: float) -> Effect:
        """All zero unless it is sure that the toxic acted on some of it."""
        spared = (1 - share) ** self.connections
        needed = toxic.attributes.get("bytes_bytes", 0) * self.connections  # a limit acts where it is reached
        if self.bytes == 0 or self.bytes < needed or spared >= UNLIKELY:
            return Effect()
        return Effect(connections=self.connections, bytes=self.bytes)


def _behind(link: str) -> str:
    return f"{link} (behind)"


def _delete(client: ToxiproxyClient, name: str, link: str) -> Undo:
    return Undo(
        id=name,
        kind="proxy.delete",
        args={"api": client.api, "proxy": name},
        says=f"delete the proxy of the link {link}",
        repair=f"curl -X DELETE {client.api}/proxies/{name}",
    )
