"""A real Chromium that looks at a report. Without one the tests are skipped; in CI they fail, so that CI has one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def missing(why: str) -> Any:
    if os.environ.get("CI"):
        pytest.fail(f"{why}; CI must look at reports in a browser")
    pytest.skip(why)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Playwright's browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        missing(f"there is no browser on PATH ({', '.join(NAMES)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture
def axe() -> Path:
    return Path(__file__).parent / "vendor" / "axe.min.js"


Looking = AbstractContextManager[tuple[Any, list[str]]]


@pytest.fixture
def looking_at(browser: Any, tmp_path: Path) -> Callable[..., Looking]:
    return lambda html, **context: _looking_at(browser, html, tmp_path, **context)


@contextmanager
def _looking_at(browser: Any, html: str, folder: Path, **context: Any) -> Iterator[tuple[Any, list[str]]]:
    """The page, opened from a file, and what it asked of the network or complained about.

    What its policy refused before it was asked for ends in `: csp`.
    """
    file = folder / "report.html"
    file.write_text(html, encoding="utf-8", errors="replace")
    opened = browser.new_context(**context)
    try:
        page = opened.new_page()
        heard: list[str] = []
        page.on("requestfinished", lambda request: request.url == file.as_uri() or heard.append(request.url))
        page.on("requestfailed", lambda request: heard.append(f"{request.url}: {request.failure}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("popup", lambda popup: heard.append(f"popup: {popup.url}"))
        page.goto(file.as_uri(), wait_until="load")
        yield page, heard
    finally:
        opened.close()
