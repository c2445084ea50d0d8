"""One user at a browser: cookies and pages of their own, for the whole experiment."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from playwright.async_api import BrowserContext, Error, Page

from chaos.journeys.browser.chromium import Chromium
from chaos.journeys.browser.visit import BrowserVisit
from chaos.journeys.user import Cookie

USABLE_WITHIN_MS: Final = 500.0
"""A field or button that can't be used by then is none."""


@dataclass(slots=True)
class _Profile:
    """A context and who is in it. `left`: its user comes as somebody else from now on."""

    context: BrowserContext
    idle: list[Page] = field(default_factory=list)
    visits: int = 0
    left: bool = False


class BrowserUser:
    """A `Client`. `cookies` are those that its user brings along."""

    def __init__(self, chromium: Chromium) -> None:
        self._chromium = chromium
        self._profile: _Profile | None = None
        self._cookies: Sequence[Cookie] = ()

    def bring(self, cookies: Sequence[Cookie]) -> None:
        """What its user got before, without a browser."""
        self._cookies = cookies

    @asynccontextmanager
    async def visit(self) -> AsyncIterator[BrowserVisit]:
        try:
            profile = await self._enter()
            page = profile.idle.pop() if profile.idle else await profile.context.new_page()
        except Error as error:
            self._chromium.check(error)
            raise
        page.set_default_timeout(USABLE_WITHIN_MS)
        visit = BrowserVisit(self._chromium, profile.context, page)
        try:
            yield visit
        finally:
            visit.leave()
            profile.visits -= 1
            with contextlib.suppress(Error):
                if profile.left and not profile.visits:
                    await profile.context.close()
                elif visit.unfinished or profile.left:
                    await page.close()
                else:
                    profile.idle.append(page)

    async def forget(self) -> None:
        profile, self._profile, self._cookies = self._profile, None, ()
        if profile is not None:
            profile.left = True
            if not profile.visits:
                with contextlib.suppress(Error):
                    await profile.context.close()

    async def close(self) -> None:
        await self.forget()

    async def _enter(self) -> _Profile:
        if self._profile is None:
            profile = _Profile(await self._chromium.new_context())
            if self._cookies:
                await profile.context.add_cookies(
                    [{"name": c.name, "value": c.value, "domain": c.domain, "path": c.path} for c in self._cookies]
                )
            self._profile = profile
        self._profile.visits += 1
        return self._profile
