"""What a toxic provably did: live counters, one set per toxic of a proxy."""

from __future__ import annotations


class Counters:
    """`connections`: links it acted on. `bytes`: held back, swallowed, changed or cut off. `closes`: ended or held.

    `requests`: answered or changed, or just counted by a toxic that does no more. `foreign`: directions that it could
    not read and let pass, for a toxic that reads.
    """

    __slots__ = ("bytes", "closes", "connections", "foreign", "reads", "requests")

    def __init__(self, *, reads: bool = False) -> None:
        self.reads = reads
        self.foreign = 0
        self.connections = 0
        self.requests = 0
        self.bytes = 0
        self.closes = 0

    def as_json(self) -> dict[str, int]:
        counts = {
            "connections": self.connections,
            "requests": self.requests,
            "bytes": self.bytes,
            "closes": self.closes,
        }
        return {**counts, "foreign": self.foreign} if self.reads else counts
