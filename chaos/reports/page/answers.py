"""What users saw, as a page may show it: pages of the app under test are hostile until proven otherwise.

They are shown in a frame without scripts, forms, network or the right to lead anywhere, from an attribute in which
nothing of them is markup of the report. Their style is let in by its hash, so the report's own policy stays strict.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from chaos.reports.words import printable
from chaos.rules import RULES
from chaos.verdict.verdict import Seen

MOST_SHOWN: Final = 12
MOST_SHOWN_IN_ALL: Final = 72
FEWEST_SHOWN: Final = 2
"""Kinds of answers of an experiment that are shown in full; of the others, what they say."""
_MOST_STYLES: Final = 80


@dataclass(frozen=True, slots=True)
class BrokenRule:
    rule: str
    name: str
    found: str
    advice: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One kind of answer. `page` is HTML for a frame, `source` any other body; both None when nothing was captured."""

    seen: Seen
    broken_rules: tuple[BrokenRule, ...]
    page: str | None
    source: str | None

    @property
    def lasted_s(self) -> float:
        return self.seen.last_s - self.seen.first_s


def shown(seen: Iterable[Seen], *, experiments: int) -> tuple[Shown, ...]:
    """Of one experiment; with many on one page, fewer of each are shown in full, so that it opens as soon."""
    most = max(FEWEST_SHOWN, min(MOST_SHOWN, MOST_SHOWN_IN_ALL // experiments))
    return tuple(_shown(each, in_full=number < most) for number, each in enumerate(seen))


def _shown(seen: Seen, *, in_full: bool) -> Shown:
    page = source = None
    if in_full and seen.answer is not None and seen.answer.body:
        body = one_kind_of_line_end(seen.answer.body)
        page, source = (body, None) if _is_html(seen) else (None, body)
    return Shown(seen, tuple(_broken_rules(seen)), page, source)


def _broken_rules(seen: Seen) -> Iterator[BrokenRule]:
    """Rules of an older pack may be unknown to this one; then there is only what was found."""
    for rule, found in sorted(seen.rules.items()):
        known = RULES.get(rule)
        yield BrokenRule(rule, known.name if known else "", found, known.advice if known else "")


def _is_html(seen: Seen) -> bool:
    headers = {name.lower(): value for name, value in seen.answer.headers} if seen.answer else {}
    return "html" in headers.get("content-type", "").lower()


def one_kind_of_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def style_hashes(pages: Iterable[str]) -> tuple[str, ...]:
    """CSP sources for the styles of these pages, elements and attributes. One that is missed is only not applied."""
    found: dict[str, None] = {}
    for page in pages:
        tree = LexborHTMLParser(printable(page))
        for node in tree.css("style"):
            found[csp_hash(node.text(deep=True))] = None
        for node in tree.css("[style]"):
            found[csp_hash(node.attributes.get("style") or "")] = None
    return tuple(found)[:_MOST_STYLES]


def csp_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
