"""One Chromium for one experiment: it carries the run's mark, so that whoever ends the run's processes ends it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterable, Iterator
from typing import Final

from playwright.async_api import Browser, BrowserContext, Error, Playwright, async_playwright

from chaos.errors import EnvironmentFailed
from chaos.journeys.browser.available import chromium_path, why_no_browser
from chaos.undo.processes import MARK

STARTED_WITHIN_S: Final = 30.0
CLOSED_WITHIN_S: Final = 5.0
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--disable-auto-reload",  # a page that could not be loaded is not asked for again unasked
)
_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]")


class Chromium:
    """Each user has a context of it, with cookies and pages of its own. `without_scripts` is what was found of pages
    when their scripts were switched off, by what they say."""

    def __init__(self, playwright: Playwright, browser: Browser) -> None:
        self._playwright = playwright
        self._browser = browser
        self.without_scripts: dict[str, bool] = {}

    @staticmethod
    async def start(mark: str, hosts: Iterable[str] = ()) -> Chromium:
        """Pages can reach this machine and `hosts`, nothing else. Raises `EnvironmentFailed` when it does not start."""
        if (missing := why_no_browser()) is not None:
            raise EnvironmentFailed(missing)
        try:
            async with asyncio.timeout(STARTED_WITHIN_S):
                with _marked(mark):
                    playwright = await async_playwright().start()
                try:
                    browser = await playwright.chromium.launch(
                        executable_path=chromium_path(),
                        args=[*_FLAGS, f"--host-resolver-rules={_only(hosts)}"],
                        env={**os.environ, MARK: mark},
                        handle_sigint=False,  # signals are the runner's: it ends the browser after its undos
                        handle_sigterm=False,
                        handle_sighup=False,
                    )
                except BaseException:
                    await playwright.stop()
                    raise
        except TimeoutError:
            raise EnvironmentFailed(f"the browser did not start within {STARTED_WITHIN_S:g}s") from None
        except (Error, OSError) as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise EnvironmentFailed(f"the browser did not start: {first}") from None
        return Chromium(playwright, browser)

    async def new_context(self, *, scripts: bool = True) -> BrowserContext:
        """Raises `EnvironmentFailed` when the browser has ended by itself."""
        try:
            return await self._browser.new_context(java_script_enabled=scripts)
        except Error as error:
            self.check(error)
            raise

    def check(self, error: Error) -> None:
        """Raises `EnvironmentFailed` when the browser is lost: what failed then can't be blamed on the app.

        What belongs to it may be gone before it is known to be: nobody closes a page that is in use.
        """
        lost = "has been closed" in error.message or "Connection closed" in error.message
        if lost or not self._browser.is_connected():
            raise EnvironmentFailed("the browser ended by itself") from None

    async def close(self) -> None:
        """What does not end in time is left to the undo of the run's processes."""
        with contextlib.suppress(Error, TimeoutError, OSError):
            async with asyncio.timeout(CLOSED_WITHIN_S):
                await self._browser.close()
        with contextlib.suppress(Error, TimeoutError, OSError):
            async with asyncio.timeout(CLOSED_WITHIN_S):
                await self._playwright.stop()


@contextlib.contextmanager
def _marked(mark: str) -> Iterator[None]:
    """Playwright gives its driver this process's environment and takes no other. Experiments of one process run one
    after the other, so no child of another one can be started meanwhile."""
    before = os.environ.get(MARK)
    os.environ[MARK] = mark
    try:
        yield
    finally:
        if before is None:
            del os.environ[MARK]
        else:
            os.environ[MARK] = before


def _only(hosts: Iterable[str]) -> str:
    known = dict.fromkeys((*_LOCAL, *hosts))
    return ", ".join(("MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in known)))
