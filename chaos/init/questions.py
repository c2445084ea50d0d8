"""What is asked of the one who begins. Each question has a default that works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Questions(Protocol):
    """Whoever answers: a person at a terminal, or nobody."""

    def text(self, question: str, default: str) -> str: ...

    def path(self, question: str, default: str) -> str:
        """An answer that begins with a slash."""
        ...

    def yes(self, question: str, default: bool) -> bool: ...

    def choose(self, question: str, among: Sequence[str], default: str) -> str: ...


class Defaults:
    """Nobody is there; every default is taken."""

    def text(self, question: str, default: str) -> str:  # noqa: ARG002
        return default

    def path(self, question: str, default: str) -> str:  # noqa: ARG002
        return default

    def yes(self, question: str, default: bool) -> bool:  # noqa: ARG002
        return default

    def choose(self, question: str, among: Sequence[str], default: str) -> str:  # noqa: ARG002
        return default
