"""The dashboard's page while far more is pushed to it than its server ever does."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from aiohttp import web

from chaos.backends.links import Choice, Count
from chaos.dashboard.app import Dashboard
from chaos.dashboard.board import Board
from chaos.dashboard.desk import Desk
from chaos.dashboard.feed import Feed
from chaos.dashboard.inert import InertPages
from chaos.dashboard.saving import Saving
from chaos.dashboard.showing import show
from chaos.dashboard.tabs import Tabs
from chaos.experiment.system import System

PER_S = 60
WAYS, TIMES = 20, 8
MEASURE = """() => new Promise((done) => {
    let frames = 0;
    const begun = performance.now();
    const step = (now) => {
        frames += 1;
        if (window.enough) done(frames / (now - begun));
        else requestAnimationFrame(step);
    };
    window.enough = false;
    requestAnimationFrame(step);
})"""


@dataclass
class Pushing:
    """A server that pushes so many updates a second while `pushing` is set; `made` counts them."""

    board: Board
    system: System
    sample: Any
    pushing: threading.Event = field(default_factory=threading.Event)
    made: int = 0
    origin: str = ""

    async def serve(self, ready: threading.Event, ended: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        shown = show(self.system, epoch="e1", variant=None, choice=Choice())
        feed = Feed(self.board, shown, loop.time, every_s=1 / PER_S)
        dashboard = Dashboard(
            key="key",
            board=self.board,
            desk=cast(Desk, None),
            feed=feed,
            pages=InertPages(),
            saving=cast(Saving, None),
            tabs=Tabs(lambda: asyncio.sleep(0)),
        )
        runner = web.AppRunner(dashboard.make_app(), shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._happen(loop.time())
        ready.set()
        while not ended.is_set():
            if self.pushing.is_set():
                self._happen(loop.time())
            await asyncio.sleep(1 / PER_S)
        await runner.cleanup()

    def _happen(self, now_s: float) -> None:
        """All that changes in a busy system between two updates."""
        self.made += 1
        counts = {"edge": Count(self.made, 4 * self.made), "db": Count(self.made)}
        self.board.counted(now_s, counts, {"edge": 1000 * self.made, "db": 10 * self.made})
        self.board.stored(now_s, "items", ())
        for outcome in ("served", "degraded", "broken"):
            kind = f"{outcome} in one of {self.made % WAYS} ways"
            self.board.see(self.sample(now_s, outcome, failure=kind, journey="save", took_s=math.sin(now_s) ** 2))


@pytest.fixture
def pushing(board: Board, system: System, sample: Any) -> Iterator[Pushing]:
    server, ready, ended = Pushing(board, system, sample), threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(ready, ended)), daemon=True)
    thread.start()
    assert ready.wait(20)
    yield server
    ended.set()
    thread.join(20)


def test_sixty_updates_a_second_leave_it_at_least_half_of_its_pictures(pushing: Pushing, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.goto(f"{pushing.origin}/#key=key")
    page.wait_for_selector("body[data-state=live]")
    page.evaluate(f"window.measured = ({MEASURE})(); setTimeout(() => {{ window.enough = true; }}, 1500)")
    idle = page.evaluate("window.measured")
    page.evaluate(f"window.measured = ({MEASURE})(); undefined")
    pushing.pushing.set()
    page.locator(".answers > li").nth(WAYS - 1).wait_for()
    page.locator(".answers > li", has_text=f" {TIMES} times").first.wait_for()
    page.evaluate("window.enough = true")
    busy = page.evaluate("window.measured")
    page.close()
    assert busy >= idle / 2
