"""Somebody who answers as a test says, and takes the default of anything else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest


class Answers:
    """`given` are answers by a part of their question. `asked` is what was asked, with the defaults."""

    def __init__(self, **given: str | bool) -> None:
        self.given = dict(given)
        self.asked: list[tuple[str, object]] = []

    def text(self, question: str, default: str) -> str:
        return str(self._answer(question, default))

    def path(self, question: str, default: str) -> str:
        return str(self._answer(question, default))

    def yes(self, question: str, default: bool) -> bool:
        return bool(self._answer(question, default))

    def choose(self, question: str, among: Sequence[str], default: str) -> str:
        return str(self._answer(question, default))

    def _answer(self, question: str, default: str | bool) -> str | bool:
        self.asked.append((question, default))
        key = next((key for key in self.given if key in question), None)
        return default if key is None else self.given.pop(key)


@pytest.fixture
def answers() -> type[Answers]:
    return Answers
