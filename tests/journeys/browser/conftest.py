"""A Chromium for all tests of a module, and pages for it to open. Skipped where there is none, but never in CI."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from chaos.journeys.browser.available import why_no_browser

MISSING = why_no_browser()


@pytest.fixture(autouse=True)
def needs_a_browser() -> None:
    if MISSING is not None and not os.environ.get("CI"):
        pytest.skip(MISSING)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for all: a browser belongs to the loop in which it was started."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def run(runner: asyncio.Runner) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a coroutine to its end, within a minute."""

    async def within(coroutine: Coroutine[Any, Any, Any]) -> Any:
        async with asyncio.timeout(60):
            return await coroutine

    return lambda coroutine: runner.run(within(coroutine))


@pytest.fixture(scope="module")
def chromium(runner: asyncio.Runner) -> Iterator[Any]:
    from chaos.journeys.browser.chromium import Chromium

    chromium = runner.run(Chromium.start("test/browser"))
    yield chromium
    runner.run(chromium.close())


@pytest.fixture
def browsing(serving: Any, request_to: Any, chromium: Any) -> Callable[..., Any]:
    """`async with browsing({"/": "<p>hi</p>"}) as visit: await visit(get="/")`: one run of somebody at a browser.

    Pages are HTML texts, responses, or functions of the request; each key is a path, or a method and a path. With a
    `mark`, the browser is one of its own and carries it.
    """
    from chaos.journeys.browser.chromium import Chromium
    from chaos.journeys.browser.user import BrowserUser

    @asynccontextmanager
    async def used(mark: str | None) -> AsyncIterator[Chromium]:
        if mark is None:
            chromium.without_scripts.clear()
            yield chromium
            return
        own = await Chromium.start(mark)
        try:
            yield own
        finally:
            await own.close()

    @asynccontextmanager
    async def browse(pages: dict[str, Any], mark: str | None = None) -> AsyncIterator[Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            page = pages.get(f"{request.method} {request.path}", pages.get(request.path))
            if callable(page):
                page = await page(request)
            if page is None:
                return web.Response(status=404, text="nothing here")
            if isinstance(page, str):
                return web.Response(text=page, content_type="text/html", charset="utf-8")
            return page  # type: ignore[no-any-return]

        async with used(mark) as browser:
            user = BrowserUser(browser)
            try:
                async with serving(handle) as base, user.visit() as visit:

                    async def send(**keys: Any) -> Any:
                        path = keys.get("get") or keys.get("post")
                        method = "get" if "get" in keys else "post"
                        return await visit.send(request_to(f"{base}{path}", **{**keys, method: f"edge:{path}"}))

                    send.base, send.user, send.visit, send.chromium = base, user, visit, browser  # type: ignore[attr-defined]
                    yield send
            finally:
                await user.close()

    return browse
