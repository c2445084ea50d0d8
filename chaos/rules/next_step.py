"""G13: what the user can do now. Sources: GOV.UK Design System ("There is a problem with the service"), NNG."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chaos.rules.page import Page, sentences, straight
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote
from chaos.rules.wordlist import Words


def next_step(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G13. A link or button that works without scripts, a time in words, or an address or number, in the error region.

    "Try again later" is none of these: it leaves the user to guess.
    """
    page, words = reading.page, situation.words
    if 300 <= reading.answer.status < 400:
        return None
    told = [straight(block.text) for block in page.error_region]
    if has_next_step(page, told, words):
        return None
    if reading.is_foreign:
        return NotChecked("the page has no link or button, and its words are not in English")
    shown = " ".join(told)
    return f"offers neither a retry nor a time nor another way: {quote(shown)}" if shown else "shows nothing at all"


def has_next_step(page: Page, told: Iterable[str], words: Words) -> bool:
    """Whether the error region has a control that helps, or one of these texts a time or a route."""
    if any(control.name.lower().strip(" .") not in words.not_a_route for control in page.error_controls):
        return True
    return any(
        any(pattern.search(text) for pattern in words.routes)
        or any(pattern.search(sentence) for sentence in sentences(text) for pattern in words.times)
        for text in told
    )


G13: Final = Rule(
    id="G13",
    name="next step",
    on="HU",
    level="E",
    passes_when="a working retry control, a time, or another route, inside the error region",
    advice='offer a "Try again" link or button, or say when to come back, or how else to get it done',
    source="GOV.UK Design System, There is a problem with the service; NNG, Error-Message Guidelines",
    check=next_step,
)
