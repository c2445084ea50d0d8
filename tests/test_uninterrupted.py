"""An act that was begun is ended, however often somebody wants to stop it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from chaos.uninterrupted import to_the_end


@pytest.fixture
def run() -> Any:
    return asyncio.run


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("fails", [False, True])
def test_a_cancelled_act_is_waited_for_and_then_it_counts(run: Any, times: int, fails: bool) -> None:
    async def all_of_it() -> None:
        go, done = asyncio.Event(), []

        async def act() -> None:
            await go.wait()
            done.append("done")
            if fails:
                raise ZeroDivisionError

        task = asyncio.create_task(to_the_end(act()))
        await settle()
        for _ in range(times):
            task.cancel()
            await settle()
            assert not task.done()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done == ["done"]

    run(all_of_it())


def test_without_a_stop_it_is_as_if_it_were_awaited(run: Any) -> None:
    async def value() -> int:
        return 5

    async def fails() -> None:
        raise ZeroDivisionError

    async def all_of_it() -> None:
        assert await to_the_end(value()) == 5
        with pytest.raises(ZeroDivisionError):
            await to_the_end(fails())

    run(all_of_it())
