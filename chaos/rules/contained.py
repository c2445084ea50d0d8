"""G22: an error page that needs nothing but itself. Source: GOV.UK Design System."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from chaos.rules.page import count_words
from chaos.rules.reading import Reading
from chaos.rules.rule import Rule, Situation, quote

LARGEST_BYTES: Final = 50_000
_MOST_ELEMENTS: Final = 200
_IMPORT: Final = re.compile(r"@import\s{1,5}(?:url\(\s{0,5})?[\"']?([^\"')\s;]{1,500})", re.IGNORECASE)
_WAITS_FOR_NOBODY: Final = frozenset({"async", "defer"})


def self_contained(reading: Reading, situation: Situation) -> str | None:
    """G22. Needed is what a browser waits for before it shows the page: style sheets, and scripts in its head.

    What comes from the page's own address came as far as the page did. Images and scripts that may come later are not
    needed, as long as there are words and a way on without them.
    """
    answer, page = reading.answer, reading.page
    if reading.kind != "html" or 300 <= answer.status < 400:
        return None
    if len(answer.body) > LARGEST_BYTES:
        return f"the page has {len(answer.body)} bytes, more than {LARGEST_BYTES}"
    if page.tree is None:
        return None
    own = urlsplit(answer.url).netloc.lower()
    for what, address in _needed(page.tree, answer.url):
        host = urlsplit(address).netloc.lower()
        if host and host != own:
            return f"needs {what} from elsewhere: {quote(address)}"
    scripted = [flaw for flaw in page.error_flaws if flaw.why == "scripts only"]
    working = [control for control in page.error_controls if control.name not in {flaw.name for flaw in scripted}]
    if scripted and not working:
        return (
            f"without scripts {quote(scripted[0].name or scripted[0].tag)} does nothing, and there is no other way on"
        )
    if situation.browser is not None and situation.browser.without_scripts is False:
        return "shows other words when scripts do not run"
    if page.tree.css_first("script") is not None and not any(count_words(block.text) for block in page.blocks):
        return "shows nothing unless its scripts run"
    return None


def _needed(tree: LexborHTMLParser, url: str) -> Iterator[tuple[str, str]]:
    base = tree.css_first("base[href]")
    base_url = _joined(url, base.attributes.get("href") or "") if base is not None else url
    for link in tree.css("link[rel][href]")[:_MOST_ELEMENTS]:
        relations = (link.attributes.get("rel") or "").lower().split()
        if "stylesheet" in relations and "alternate" not in relations and link.attributes.get("media") != "print":
            yield "a style sheet", _joined(base_url, link.attributes.get("href") or "")
    for script in tree.css("head script[src]")[:_MOST_ELEMENTS]:
        if not _WAITS_FOR_NOBODY & script.attributes.keys() and script.attributes.get("type") != "module":
            yield "a script", _joined(base_url, script.attributes.get("src") or "")
    for style in tree.css("style")[:_MOST_ELEMENTS]:
        for match in _IMPORT.finditer(style.text()[:LARGEST_BYTES]):
            yield "a style sheet", _joined(base_url, match[1])


def _joined(base: str, address: str) -> str:
    try:
        joined = urljoin(base, address.strip())
        urlsplit(joined)
    except ValueError:
        return ""
    return joined


G22: Final = Rule(
    id="G22",
    name="self-contained",
    on="H",
    level="E",
    passes_when="the page needs nothing across a broken link, works without scripts, and has at most 50 kB",
    advice="put the style into the page, leave scripts and web fonts out, and make retry a plain link or form",
    source="GOV.UK Design System, Service unavailable pages",
    check=self_contained,
)
