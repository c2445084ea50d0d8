"""Bytes of one direction, counted as they move."""

from __future__ import annotations


class Flow:
    """`received`: read from the source; `sent`: written to the destination. Toxics make the difference."""

    __slots__ = ("received_bytes", "sent_bytes")

    def __init__(self) -> None:
        self.received_bytes = 0
        self.sent_bytes = 0
