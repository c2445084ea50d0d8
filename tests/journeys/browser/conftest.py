"""A Chromium for each test that wants one, and pages for it to open. Skipped where there is none, but never in CI."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
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


@pytest.fixture
def browsing(serving: Any, request_to: Any) -> Callable[..., Any]:
    """`async with browsing({"/": "<p>hi</p>"}) as visit: await visit(get="/")`: one run of somebody at a browser.

    Pages are HTML texts, responses, or functions of the request; each key is a path, or a method and a path.
    """
    from chaos.journeys.browser.chromium import Chromium
    from chaos.journeys.browser.user import BrowserUser

    @asynccontextmanager
    async def browse(pages: dict[str, Any], mark: str = "test/browser") -> AsyncIterator[Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            page = pages.get(f"{request.method} {request.path}", pages.get(request.path))
            if callable(page):
                page = await page(request)
            if page is None:
                return web.Response(status=404, text="nothing here")
            if isinstance(page, str):
                return web.Response(text=page, content_type="text/html", charset="utf-8")
            return page  # type: ignore[no-any-return]

        chromium = await Chromium.start(mark)
        user = BrowserUser(chromium)
        try:
            async with serving(handle) as base, user.visit() as visit:

                async def send(**keys: Any) -> Any:
                    path = keys.get("get") or keys.get("post")
                    method = "get" if "get" in keys else "post"
                    return await visit.send(request_to(f"{base}{path}", **{**keys, method: f"edge:{path}"}))

                send.base, send.user, send.visit, send.chromium = base, user, visit, chromium  # type: ignore[attr-defined]
                yield send
        finally:
            await user.close()
            await chromium.close()

    return browse
