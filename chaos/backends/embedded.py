"""The embedded proxy: `gatecrash proxy` as a child process, private to one system."""

from __future__ import annotations

import asyncio
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from chaos.backends.links import Effect, Surroundings
from chaos.backends.toxiproxy import ToxiproxyClient
from chaos.errors import EnvironmentFailed
from chaos.faults.fault import Change, SetToxics, TakeDown
from chaos.undo.processes import MARK
from chaos.undo.undo import Undo

START_WITHIN_S = 10.0
CANARY_WITHIN_S = 1.0


class EmbeddedLinks:
    """Implements `Links`. Proxies carry the names of their links: nobody else uses this server."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._process: subprocess.Popen[bytes] | None = None
        self._client: ToxiproxyClient | None = None
        self._addresses: dict[str, str] = {}

    async def start(self, upstreams: Mapping[str, str]) -> Mapping[str, str]:
        host, port = await asyncio.to_thread(self._start_process)
        self._client = ToxiproxyClient(host, port)
        for link, upstream in upstreams.items():
            self._addresses[link] = await asyncio.to_thread(self._client.create, link, upstream)
        return self._addresses

    def undos(self, link: str, fault: str, change: Change) -> tuple[Undo, ...]:
        place = {"api": self._server.api, "proxy": link}
        if isinstance(change, TakeDown):
            says = f"{fault}: take the link {link} up again"
            repair = f"curl -X POST -d '{{\"enabled\": true}}' {self._server.api}/proxies/{link}"
            return (Undo(f"{self._surroundings.mark}/{fault}/up", "proxy.enable", place, says, repair),)
        return tuple(
            Undo(
                id=f"{self._surroundings.mark}/{name}",
                kind="toxic.remove",
                args={**place, "toxic": name},
                says=f"{fault}: remove its toxic from the link {link}",
                repair=f"curl -X DELETE '{self._server.api}/proxies/{link}/toxics/{name}'",
            )
            for name in _toxic_names(fault, change)
        )

    async def inject(self, link: str, fault: str, change: Change, share: float) -> None:
        if isinstance(change, TakeDown):
            await asyncio.to_thread(self._server.disable, link)
            return
        for name, toxic in zip(_toxic_names(fault, change), change.toxics, strict=True):
            await asyncio.to_thread(self._server.add_toxic, link, name, toxic, share)

    async def effect(self, link: str, fault: str, change: Change) -> Effect:
        if isinstance(change, TakeDown):
            return Effect(canary=await asyncio.to_thread(_knock, self._addresses[link]))
        toxics = (await self._counters())[link]["toxics"]
        ours = [toxics[name] for name in _toxic_names(fault, change)]
        return Effect(
            connections=max(int(each["connections"]) for each in ours),
            requests=sum(int(each["requests"]) for each in ours),
            bytes=sum(int(each["bytes"]) for each in ours),
            closes=sum(int(each["closes"]) for each in ours),
        )

    async def carried(self) -> Mapping[str, int]:
        return {link: sum(map(int, each["bytes"].values())) for link, each in (await self._counters()).items()}

    def failure(self) -> str | None:
        if self._process is None or self._process.poll() is None:
            return None
        return f"the embedded proxy ended (exit code {self._process.returncode}){self._last_words()}"

    @property
    def _server(self) -> ToxiproxyClient:
        if self._client is None:
            raise EnvironmentFailed("the embedded proxy was not started")
        return self._client

    async def _counters(self) -> dict[str, Any]:
        return await asyncio.to_thread(self._server.effects)

    def _start_process(self) -> tuple[str, int]:
        """Starts the child and waits until it says that its API listens."""
        read_end, write_end = os.pipe()
        seed = str(self._surroundings.seed)
        command = [sys.executable, "-m", "chaos", "proxy", "--port", "0", "--ready-fd", str(write_end), "--seed", seed]
        try:
            with (self._surroundings.folder / "proxy.log").open("wb") as log:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[write_end],
                    start_new_session=True,
                    env={**os.environ, MARK: self._surroundings.mark, "LOG_LEVEL": "warn"},
                )
        finally:
            os.close(write_end)
        with os.fdopen(read_end, "rb") as ready:
            line = _line_within(ready.fileno(), START_WITHIN_S)
        if not line:
            raise EnvironmentFailed(f"the embedded proxy did not start{self._last_words()}")
        address = json.loads(line)
        return str(address["host"]), int(address["port"])

    def _last_words(self) -> str:
        lines = (self._surroundings.folder / "proxy.log").read_text(errors="replace").splitlines()[-5:]
        return "".join(f"\n    {line}" for line in lines)


def _toxic_names(fault: str, change: SetToxics) -> tuple[str, ...]:
    """One per toxic; free of characters that an URL would have to quote, since clients don't."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in fault)
    return tuple(f"{plain}_{toxic.stream}" for toxic in change.toxics)


def _line_within(descriptor: int, seconds: float) -> bytes:
    """What was written there by the time limit; empty when the other end closed without a word."""
    readable, _, _ = select.select([descriptor], [], [], seconds)
    return os.read(descriptor, 4096) if readable else b""


def _knock(address: str) -> str:
    """What a new connection meets: `refused`, `accepted`, or another reason."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=CANARY_WITHIN_S):
            return "accepted"
    except ConnectionRefusedError:
        return "refused"
    except OSError as error:
        return str(error) or type(error).__name__
