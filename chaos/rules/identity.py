"""G19: a page that says by title, headline and language what it is. Sources: GOV.UK, WCAG 2.4.2 and 3.1.1."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from chaos.rules.page import straight
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote
from chaos.rules.wordlist import Words

_SEPARATOR: Final = re.compile(r"\s[|\-\u2013\u2014:\u00b7\u2022\u00bb/]\s|:\s")
_NAME: Final = re.compile(r"[^\W\d_][\w.&'-]{2,40}")


def page_identity(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G19. An answer below 400 need not speak of a problem in its title."""
    answer, page = reading.answer, reading.page
    if reading.kind != "html" or 300 <= answer.status < 400:
        return None
    if not page.title:
        return "the page has no title"
    if not (page.language or "").strip():
        return "the html element has no lang, so a screen reader can't know how to say it"
    if page.h1_count != 1:
        return f"the page has {page.h1_count or 'no'} h1{' elements' if page.h1_count > 1 else ''}; it needs one"
    if answer.status < 400:
        return None
    usual = situation.learned.title if situation.learned is not None else ""
    if usual and page.title.casefold() == usual.casefold():
        return f"the title is {quote(page.title)}, the same as when all is well"
    if not _names_the_service(reading, usual):
        return f"the title {quote(page.title)} does not name the service"
    if reading.is_foreign:
        return NotChecked("whether the title names the problem: the page is not in English")
    if not states_trouble(page.title, situation.words):
        return f"the title {quote(page.title)} does not name the problem"
    return None


def states_trouble(headline: str, words: Words) -> bool:
    """Whether a title or headline says that something is not as it should be."""
    plain = straight(headline[:1000])
    return any(pattern.search(plain) for pattern in words.trouble)


def _names_the_service(reading: Reading, usual: str) -> bool:
    """A title of two parts does, and one that repeats a word of the usual title, of the site's frame or of its host."""
    title = reading.page.title
    if len([part for part in _SEPARATOR.split(title) if part.strip()]) > 1:
        return True
    host = urlsplit(reading.answer.url).hostname or ""
    frame = " ".join(block.text for block in reading.page.blocks if block.chrome)[:5000]
    known = {name.casefold() for name in _NAME.findall(f"{usual} {frame}") if name[0].isupper()}
    known |= {label for label in host.split(".")[:-1] if len(label) > 2}
    return any(name.casefold() in known for name in _NAME.findall(title))


G19: Final = Rule(
    id="G19",
    name="page identity",
    on="H",
    level="E",
    passes_when="one h1; the title differs from the normal page's and names problem and service; lang is set",
    advice='give the error its own title, such as "We can\'t open your feed - Clipshare", one h1, and <html lang>',
    source="GOV.UK Design System, There is a problem with the service; WCAG 2.2, 2.4.2 and 3.1.1",
    check=page_identity,
)
