"""Looking at a page as a person with eyes, ears or a keyboard alone does: the facts for the rules marked B."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error, Page

from chaos.rules.browser import BrowserView
from chaos.rules.page import Page as Words

LOOKED_WITHIN_S: Final = 3.0
"""For each thing that is looked for; what takes longer could not be found out."""
MOST_TABS: Final = 60
_PAGE: Final = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
_TAB: Final = Path(__file__).with_name("tab.js").read_text(encoding="utf-8")
_VARIES: Final = re.compile(r"\b(?=\w*\d)[\w-]+\b")
Found = TypeVar("Found")


async def look_at(
    page: Page,
    *,
    feedback_s: float | None,
    submitted: bool,
    scriptless: Callable[[], Awaitable[BrowserContext]] | None,
    known: dict[str, bool],
) -> BrowserView:
    """`scriptless` opens a context without scripts in the same user's name; None: the page can't be asked for again.

    `known` remembers what was found without scripts: pages that say the same are not asked for again and again.
    """
    facts: dict[str, Any] = await _within(page.evaluate(_PAGE)) or {}
    without_scripts = None
    if scriptless is not None:
        without_scripts = await _within(_same_without_scripts(page, scriptless, known))
    return BrowserView(
        feedback_s=feedback_s,
        announced=tuple(facts.get("announced", ())),
        heading=facts.get("heading", ""),
        focus=facts.get("focus"),
        focus_in_error=facts.get("focusInError"),
        submitted=submitted,
        reachable=await _within(_reachable(page)),  # last, since it moves the focus
        contrast=facts.get("contrast"),
        without_scripts=without_scripts,
    )


async def _within(looking: Awaitable[Found]) -> Found | None:
    """None when it can't be found out."""
    with contextlib.suppress(Error, TimeoutError):
        async with asyncio.timeout(LOOKED_WITHIN_S):
            return await looking
    return None


async def _reachable(page: Page) -> tuple[str, ...]:
    """The names of links and buttons, in the order in which the Tab key comes to them."""
    await page.evaluate("() => document.activeElement?.blur()")
    names: list[str] = []
    outside = 0
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        here = await page.evaluate(_TAB)
        outside += bool(here.get("outside"))
        if here.get("again") or outside > 1:
            break
        if here["name"]:
            names.append(here["name"])
    return tuple(names)


async def _same_without_scripts(
    page: Page, scriptless: Callable[[], Awaitable[BrowserContext]], known: dict[str, bool]
) -> bool | None:
    """Whether the page shows at least the same words; ids, times and counts may differ. None: it is another page."""
    status, with_scripts = await _status(page), _words(await page.content())
    kind = f"{status} {urlsplit(page.url).path} {' '.join(with_scripts.elements())}"
    if kind in known:
        return known[kind]
    context = await scriptless()
    try:
        plain = await context.new_page()
        answer = await plain.goto(page.url, wait_until="domcontentloaded", timeout=0)
        if answer is None or status not in {0, answer.status}:
            return None  # the app answers otherwise by now
        known[kind] = not with_scripts - _words(_noscript_shown(await plain.content()))
        return known[kind]
    finally:
        await context.close()


async def _status(page: Page) -> int:
    """Of the page as it was loaded; 0 where the browser does not tell."""
    found = await page.evaluate("() => performance.getEntriesByType('navigation')[0]?.responseStatus || 0")
    return int(found)


def _words(html: str) -> Counter[str]:
    shown = " ".join(block.text for block in Words.of_html(html).blocks)
    return Counter(_VARIES.sub("#", shown).casefold().split())


def _noscript_shown(html: str) -> str:
    """Without scripts, what stands in noscript is part of the page."""
    return re.sub(r"<(/?)noscript\b", r"<\1div", html, flags=re.IGNORECASE)
