"""Open pages: when the last is gone for a while, somebody is told."""

from __future__ import annotations

import asyncio

from chaos.dashboard.tabs import Tabs


class Told:
    def __init__(self) -> None:
        self.times = 0
        self.heard = asyncio.Event()

    async def __call__(self) -> None:
        self.times += 1
        self.heard.set()


def test_when_the_last_page_is_gone_it_is_told_once() -> None:
    async def story() -> None:
        told = Told()
        tabs = Tabs(told, after_s=0.01)
        with tabs.open(), tabs.open():
            assert tabs.count == 2
        await asyncio.wait_for(told.heard.wait(), 5)
        assert (told.times, tabs.count) == (1, 0)

    asyncio.run(story())


def test_a_page_that_is_reloaded_is_back_in_time() -> None:
    async def story() -> None:
        told = Told()
        tabs = Tabs(told, after_s=3600)
        with tabs.open():
            pass
        with tabs.open():
            pass
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        with tabs.open():
            await asyncio.wait(left)
            assert all(task.cancelled() for task in left)
        assert told.times == 0

    asyncio.run(story())


def test_while_another_page_is_open_nobody_is_told() -> None:
    async def story() -> None:
        told = Told()
        tabs = Tabs(told, after_s=0)
        with tabs.open():
            with tabs.open():
                pass
            assert len(asyncio.all_tasks()) == 1, "nothing waits to be told"
        await asyncio.wait_for(told.heard.wait(), 5)

    asyncio.run(story())
