"""A report, as a real Chromium shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

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
