"""Whoever sends a user's requests: an HTTP client or a browser. Players know no more of them than this."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from chaos.journeys.answer import Answer
from chaos.journeys.outgoing import Outgoing


class NoAnswer(Exception):
    """No complete answer came; the message says why in a few words."""


class NotSent(Exception):
    """The page does not let its user do what the step says; the message says what it should have.

    `answer` is that page: the last that its user got.
    """

    def __init__(self, expected: str, answer: Answer) -> None:
        super().__init__(expected)
        self.answer = answer


class Sends(Protocol):
    async def send(self, request: Outgoing) -> Answer:
        """The answer with its whole body. Raises `NoAnswer` when none came, `NotSent` when it could not be asked for.

        It waits as long as it takes: whoever calls sets the limit.
        """

    async def look(self, answer: Answer) -> Answer:
        """The answer with what a browser shows of it, where there is one; right after it came, and in bounded time."""


class Client(Protocol):
    """What a user keeps for the whole experiment: cookies above all."""

    def visit(self) -> AbstractAsyncContextManager[Sends]:
        """For one run of a journey."""

    async def forget(self) -> None:
        """Come as a stranger from now on: without cookies."""

    async def close(self) -> None: ...
