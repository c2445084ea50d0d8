"""A proxy that its owner has wired, on a Toxiproxy of theirs: only our own toxics come and go there, and `enabled` is
put back.

Nothing of ours stands in front of it, so the server itself must tell what passed: the embedded proxy does anyway, a
Toxiproxy when it was started with `-proxy-metrics`. Without that no fault on it can be proven.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from chaos.backends.links import Effect
from chaos.backends.served import ServedProxy, counted, knock, plain
from chaos.backends.toxiproxy import ToxiproxyClient
from chaos.errors import EnvironmentFailed
from chaos.faults.fault import LinkChange, SetToxics, TakeDown

logger = logging.getLogger(__name__)

_EVERYWHERE: Final = frozenset({"", "0.0.0.0", "[::]", "::"})
_LOOPBACK: Final = frozenset({"127.0.0.1", "[::1]", "localhost"})
NO_METRICS: Final = "its Toxiproxy tells nothing of what passes; start it with -proxy-metrics"


class ExistingProxy:
    """`address` is where callers reach it. A fault's counters are compared with those when it was injected."""

    def __init__(self, served: ServedProxy, address: str, *, exact: bool, counts: bool) -> None:
        self.served = served
        self.address = address
        self._exact = exact
        self._counts = counts
        self._before: dict[str, Mapping[str, int]] = {}
        self._shares: dict[str, float] = {}

    @classmethod
    def find(cls, client: ToxiproxyClient, host: str, name: str, mark: str) -> ExistingProxy:
        """Blocks. Raises `EnvironmentFailed` when there is no such proxy, it is disabled, or can't be reached."""
        listen = client.enabled_proxy(name)
        listen_host, _, port = listen.rpartition(":")
        written = f"[{host}]" if ":" in host else host
        if written not in _LOOPBACK and listen_host in _LOOPBACK:
            raise EnvironmentFailed(f"the proxy {name!r} at {client.api} listens on {listen}: nobody here can reach it")
        address = f"{written}:{port}" if listen_host in _EVERYWHERE else listen
        served = ServedProxy(client, name, "", "", prefix=f"gatecrash-{plain(mark)}")
        exact = client.has_effects()
        counts = exact or client.received() is not None
        if not counts:
            logger.warning("faults can't be proven proxy=%s api=%s reason=%s", name, client.api, NO_METRICS)
        return cls(served, address, exact=exact, counts=counts)

    async def inject(self, fault: str, change: LinkChange, share: float) -> None:
        self._before[fault] = await self.received()
        self._shares[fault] = share
        await self.served.inject(fault, change, share)

    async def effect(self, fault: str, change: LinkChange) -> Effect:
        if isinstance(change, TakeDown):
            return Effect(canary=await knock(self.address))
        client, names = self.served.client, self.served.names(fault, change)
        if not set(names) <= (await asyncio.to_thread(client.toxics, self.served.name)).keys():
            return Effect()  # somebody took them away: whatever passed met nothing
        if self._exact:
            toxics = (await asyncio.to_thread(client.effects))[self.served.name]["toxics"]
            return counted([toxics[name] for name in names])
        return await self._by_metrics(fault, change)

    async def received(self) -> Mapping[str, int]:
        """Bytes that have entered it so far, by stream."""
        if self._exact:
            found: Mapping[str, int] = (await asyncio.to_thread(self.served.client.effects))[self.served.name]["bytes"]
            return {stream: int(count) for stream, count in found.items()}
        received = await asyncio.to_thread(self.served.client.received) if self._counts else None
        return (received or {}).get(self.served.name, {"upstream": 0, "downstream": 0})

    async def _by_metrics(self, fault: str, change: SetToxics) -> Effect:
        """All zero unless it is sure that a toxic acted: how many connections there were, metrics don't tell, and so
        neither what a share of them nor a limit for each of them met."""
        if not self._counts:
            return Effect(canary=NO_METRICS)
        before, now = self._before[fault], await self.received()
        sure = [toxic for toxic in change.toxics if "bytes_bytes" not in toxic.attributes and self._shares[fault] == 1]
        return Effect(bytes=max((now[toxic.stream] - before[toxic.stream] for toxic in sure), default=0))
