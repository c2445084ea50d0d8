"""What a toxic provably did: live counters, one set per toxic of a proxy."""

from __future__ import annotations


class Counters:
    """`connections`: links it acted on. `bytes`: held back, swallowed, changed or cut off. `closes`: ended or held."""

    __slots__ = ("bytes", "closes", "connections", "requests")

    def __init__(self) -> None:
        self.connections = 0
        self.requests = 0
        self.bytes = 0
        self.closes = 0

    def as_json(self) -> dict[str, int]:
        return {
            "connections": self.connections,
            "requests": self.requests,
            "bytes": self.bytes,
            "closes": self.closes,
        }
