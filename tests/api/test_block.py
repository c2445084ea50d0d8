"""Blocks whose beginning is interrupted: what has begun is ended, and what has not is not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from chaos.api.block import Block
from chaos.api.thread import LoopThread


class Interrupting(LoopThread):
    """Everything is done to its end; of the first thing, whoever asked hears of an interrupt instead."""

    def __init__(self) -> None:
        super().__init__("test")
        self.asked = 0

    def call(self, act: Coroutine[Any, Any, Any]) -> Any:
        done = super().call(act)
        self.asked += 1
        if self.asked == 1:
            raise KeyboardInterrupt
        return done

    async def wait(self, act: Coroutine[Any, Any, Any]) -> Any:
        done = await super().wait(act)
        self.asked += 1
        if self.asked == 1:
            raise asyncio.CancelledError
        return done


class Kept(Block):
    def __init__(self, thread: LoopThread, *, begins: bool = True) -> None:
        super().__init__(thread)
        self._begins = begins
        self.did: list[str] = []

    async def _begin(self) -> None:
        if not self._begins:
            raise LookupError
        self.did.append("begun")

    async def _end(self, *, failed: bool) -> None:
        self.did.append("failed" if failed else "ended")


@pytest.fixture
def thread() -> Any:
    made = Interrupting()
    yield made
    made.close()


def test_what_had_just_begun_when_the_interrupt_came_is_ended(thread: Any) -> None:
    block = Kept(thread)
    with pytest.raises(KeyboardInterrupt), block:
        pytest.fail("the block must not be entered")
    assert block.did == ["begun", "failed"]


def test_and_so_it_is_in_another_loop(thread: Any) -> None:
    block = Kept(thread)

    async def enter() -> None:
        async with block:
            pytest.fail("the block must not be entered")

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(enter())
    assert block.did == ["begun", "failed"]


def test_what_never_began_is_not_ended_though_it_had_before(thread: Any) -> None:
    block = Kept(thread)
    thread.asked = 1
    with block:
        pass
    block._begins = False
    with pytest.raises(LookupError), block:
        pytest.fail("the block must not be entered")
    assert block.did == ["begun", "ended"]
