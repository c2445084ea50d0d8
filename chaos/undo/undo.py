"""One undo: data that any process can perform, now or after a crash. Performing it twice is harmless."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undo:
    """`kind` is a key of `UNDOS`; `says` tells a person what it puts right, and `repair` how to do that by hand."""

    id: str
    kind: str
    args: Mapping[str, str]
    says: str
    repair: str

    def not_done(self, reason: str) -> str:
        """What a person is told when it could not be performed."""
        return f"could not undo: {self.says} ({reason}); to repair it: {self.repair}"
