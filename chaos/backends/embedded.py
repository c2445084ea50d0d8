"""The embedded proxy: `gatecrash proxy` as a child process, private to one system."""

from __future__ import annotations

import asyncio
import json
import os
import select
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from chaos.backends.links import ON_LOOPBACK, Count, Effect, Proxied, Surroundings
from chaos.backends.served import ServedProxy, counted, knock
from chaos.backends.toxiproxy import ToxiproxyClient
from chaos.errors import EnvironmentFailed
from chaos.faults.fault import LinkChange, SetToxics, TakeDown, ToxicSpec
from chaos.proxy.toxics import TOXICS
from chaos.system.addresses import ANY_ON_LOOPBACK
from chaos.undo.children import environment, how_it_ended, python
from chaos.undo.processes import MARK, wait_for_mark
from chaos.undo.undo import Undo

START_WITHIN_S = 10.0
_COUNTER: Final = "count"
"""No toxic of a fault can be called that: their names have a prefix."""
_COUNTING: Final = ToxicSpec("http_count", "upstream", {})


class EmbeddedLinks:
    """Implements `Links`. Proxies carry the names of their links: nobody else uses this server."""

    toxics: ClassVar[frozenset[str]] = frozenset({*TOXICS, "only"})

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._counted = surroundings.counted
        self._process: subprocess.Popen[bytes] | None = None
        self._client: ToxiproxyClient | None = None
        self._proxies: dict[str, ServedProxy] = {}

    async def start(
        self,
        upstreams: Mapping[str, str],
        record: Callable[[Undo], None],  # noqa: ARG002
        listen: Mapping[str, str] = ON_LOOPBACK,
    ) -> Mapping[str, str]:
        """Nothing to record: the process carries the mark, and its proxies end with it."""
        api = await asyncio.to_thread(self._until_ready, self._start_process())
        self._client = ToxiproxyClient(*api)
        return await self.add(upstreams, listen)

    async def add(self, upstreams: Mapping[str, str], listen: Mapping[str, str] = ON_LOOPBACK) -> Mapping[str, str]:
        """More links, on the running server; returns their `host:port`."""
        for link, upstream in upstreams.items():
            address = await self._create(link, upstream, listen.get(link, ANY_ON_LOOPBACK))
            self._proxies[link] = ServedProxy(self._server, link, address, upstream)
        return {link: self._proxies[link].listen for link in upstreams}

    async def renew(self, counted: frozenset[str]) -> None:
        """Connections are numbered from 1 again, so that what is drawn for each is what it would have been."""
        self._counted = counted
        for link, proxy in self._proxies.items():
            await asyncio.to_thread(self._server.delete, link)
            await self._create(link, proxy.upstream, proxy.listen)

    def proxied(self, link: str) -> Proxied:
        return self._proxies[link].proxied

    def undos(self, link: str, fault: str, change: LinkChange) -> tuple[Undo, ...]:
        return tuple(self._proxies[link].undos(self._surroundings.mark, link, fault, change))

    async def inject(self, link: str, fault: str, change: LinkChange, share: float) -> None:
        await self._proxies[link].inject(fault, change, share)

    async def alter(self, link: str, fault: str, change: SetToxics) -> None:
        await self._proxies[link].alter(fault, change)

    async def effect(self, link: str, fault: str, change: LinkChange) -> Effect:
        if isinstance(change, TakeDown):
            return Effect(canary=await knock(self._proxies[link].listen))
        toxics = (await self.counters())[link]["toxics"]
        return counted([toxics[name] for name in self._proxies[link].names(fault, change)])

    async def carried(self) -> Mapping[str, int]:
        return {link: sum(map(int, each["bytes"].values())) for link, each in (await self.counters()).items()}

    async def counts(self) -> Mapping[str, Count]:
        return {link: _count(each) for link, each in (await self.counters()).items()}

    def failure(self) -> str | None:
        if self._process is None or self._process.poll() is None:
            return None
        code = self._process.returncode
        return f"the embedded proxy ended ({how_it_ended(code)}){self._last_words()}"

    async def counters(self) -> Mapping[str, Any]:
        """The live counters of every link's proxy."""
        return await asyncio.to_thread(self._server.effects)

    async def _create(self, link: str, upstream: str, listen: str) -> str:
        """Returns its `host:port`."""
        actual = await asyncio.to_thread(self._server.create, link, upstream, listen)
        if link in self._counted:
            await asyncio.to_thread(self._server.add_toxic, link, _COUNTER, _COUNTING, 1.0)
        return actual

    @property
    def _log(self) -> Path:
        """No service's log can be called that: a name of a service holds no dot."""
        return self._surroundings.folder / "embedded.proxy.log"

    @property
    def _server(self) -> ToxiproxyClient:
        if self._client is None:
            raise EnvironmentFailed("the embedded proxy was not started")
        return self._client

    def _start_process(self) -> int:
        """Starts the child; returns where it will say that its API listens. In no thread, which would go on when the
        run is stopped: the child, not yet known by its mark, could be started after all was undone.
        """
        read_end, write_end = os.pipe()
        arguments = ["proxy", "--port", "0", "--ready-fd", str(write_end), "--strict"]
        try:
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    [*python("chaos"), *arguments, "--seed", str(self._surroundings.seed)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[write_end],
                    start_new_session=True,
                    env=environment(**{MARK: self._surroundings.mark, "LOG_LEVEL": "warn"}),
                )
        finally:
            os.close(write_end)
        wait_for_mark(self._process, self._surroundings.mark)
        return read_end

    def _until_ready(self, read_end: int) -> tuple[str, int]:
        with os.fdopen(read_end, "rb") as ready:
            line = _line_within(ready.fileno(), START_WITHIN_S)
        if not line:
            raise EnvironmentFailed(f"the embedded proxy did not start{self._last_words()}")
        address = json.loads(line)
        return str(address["host"]), int(address["port"])

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-5:]
        return "".join(f"\n    {line}" for line in lines)


def _count(proxy: Mapping[str, Any]) -> Count:
    counter = proxy["toxics"].get(_COUNTER)
    readable = counter is not None and not counter["foreign"]
    return Count(int(proxy["connections"]), int(counter["requests"]) if readable else None)


def _line_within(descriptor: int, seconds: float) -> bytes:
    """What was written there by the time limit; empty when the other end closed without a word."""
    readable, _, _ = select.select([descriptor], [], [], seconds)
    return os.read(descriptor, 4096) if readable else b""
