"""Pages of the app under test, as they may be shown: they look as they are, and can do nothing.

Their document is sandboxed by its own policy, whoever opens it: no scripts, no forms, no origin of its own. Pictures
and styles may come from the app itself. Each has an address that nobody can guess.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

MOST: Final = 60
_HEAD: Final = re.compile(r"<head(?:\s[^>]*)?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InertPage:
    body: str
    headers: Mapping[str, str]


class InertPages:
    """The newest ones, by their addresses."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, InertPage] = OrderedDict()

    def add(self, text: str, *, media_type: str, url: str) -> str:
        """Returns the page's name. `url` is where it came from."""
        name = secrets.token_urlsafe(16)
        self._pages[name] = inert(text, media_type=media_type, url=url)
        if len(self._pages) > MOST:
            self._pages.popitem(last=False)
        return name

    def get(self, name: str) -> InertPage | None:
        return self._pages.get(name)


def inert(text: str, *, media_type: str, url: str) -> InertPage:
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    is_html = media_type in {"text/html", "application/xhtml+xml"}
    body = _HEAD.sub(lambda head: f'{head.group()}<base href="{escape(url)}">', text, count=1) if is_html else text
    policy = (
        "sandbox",
        "default-src 'none'",
        f"style-src 'unsafe-inline' {origin}",
        f"img-src data: {origin}",
        f"font-src data: {origin}",
        f"base-uri {origin}",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
    return InertPage(
        body,
        {
            "Content-Type": f"text/{'html' if is_html else 'plain'}; charset=utf-8",
            "Content-Security-Policy": "; ".join(policy),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        },
    )
