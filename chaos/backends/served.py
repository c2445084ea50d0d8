"""What all backends that drive a Toxiproxy-compatible server have in common: toxics, the listener down, a canary."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from chaos.backends.links import Effect, Proxied
from chaos.backends.toxiproxy import ToxiproxyClient
from chaos.faults.fault import LinkChange, SetToxics, TakeDown
from chaos.undo.undo import Undo

CANARY_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class ServedProxy:
    """One proxy on a server. `listen` and `upstream` are what it takes to make it anew; empty: it is somebody else's,
    and must stay. Names of our toxics begin with `prefix`: where others have toxics, too, no other run may use it.
    """

    client: ToxiproxyClient
    name: str
    listen: str
    upstream: str
    prefix: str = "gatecrash"

    @property
    def proxied(self) -> Proxied:
        return Proxied(self.client.api, self.name)

    def undos(self, mark: str, link: str, fault: str, change: LinkChange) -> Iterator[Undo]:
        """What puts this proxy right again. Taking it up is the same undo for all faults that took it down."""
        place = {"api": self.client.api, "proxy": self.name, "listen": self.listen, "upstream": self.upstream}
        path = f"{self.client.api}/proxies/{self.name}"
        if isinstance(change, TakeDown):
            yield Undo(
                id=f"{mark}/{self.name}/up",
                kind="proxy.enable",
                args=place,
                says=f"take the link {link} up again",
                repair=f"curl -X POST -d '{{\"enabled\": true}}' {path}",
            )
            return
        for name in self.names(fault, change):
            yield Undo(
                id=f"{mark}/{self.name}/{name}",
                kind="toxic.remove",
                args={**place, "toxic": name},
                says=f"{fault}: remove its toxic from the link {link}",
                repair=f"curl -X DELETE '{path}/toxics/{name}'",
            )

    async def inject(self, fault: str, change: LinkChange, share: float) -> None:
        """Returns when the server says that the change is in force."""
        if isinstance(change, TakeDown):
            await asyncio.to_thread(self.client.disable, self.name)
            return
        for name, toxic in zip(self.names(fault, change), change.toxics, strict=True):
            await asyncio.to_thread(self.client.add_toxic, self.name, name, toxic, share)

    async def alter(self, fault: str, change: SetToxics) -> None:
        """Returns when the server says that the new amounts are in force."""
        for name, toxic in zip(self.names(fault, change), change.toxics, strict=True):
            await asyncio.to_thread(self.client.update_toxic, self.name, name, toxic)

    def names(self, fault: str, change: SetToxics) -> tuple[str, ...]:
        """One per toxic; free of characters that an URL would have to quote, since clients don't."""
        return tuple(f"{self.prefix}-{plain(fault)}_{toxic.stream}" for toxic in change.toxics)


def counted(toxics: Sequence[Mapping[str, Any]]) -> Effect:
    """What a fault's toxics acted on together, by the embedded proxy's counters."""
    return Effect(
        connections=max(int(each["connections"]) for each in toxics),
        requests=sum(int(each["requests"]) for each in toxics),
        bytes=sum(int(each["bytes"]) for each in toxics),
        closes=sum(int(each["closes"]) for each in toxics),
    )


def plain(text: str) -> str:
    """Letters, digits and dashes alone; what is lost by that stays told apart by a checksum."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text)
    return kept if kept.replace("-", " ") == text else f"{kept}-{crc32(text.encode()):08x}"


async def knock(address: str) -> str:
    """What a new connection meets: `refused`, `accepted`, or another reason."""
    return await asyncio.to_thread(_knock, address)


def _knock(address: str) -> str:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=CANARY_WITHIN_S):
            return "accepted"
    except ConnectionRefusedError:
        return "refused"
    except OSError as error:
        return str(error) or type(error).__name__
