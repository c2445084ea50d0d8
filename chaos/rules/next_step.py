"""G13: what the user can do now. Sources: GOV.UK Design System ("There is a problem with the service"), NNG."""

from __future__ import annotations

from chaos.rules.page import sentences, straight
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Situation, quote


def next_step(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G13. A link or button that works without scripts, a time in words, or an address or number, in the error region.

    "Try again later" is none of these: it leaves the user to guess.
    """
    page, words = reading.page, situation.words
    if 300 <= reading.answer.status < 400:
        return None
    if any(control.name.lower().strip(" .") not in words.not_a_route for control in page.error_controls):
        return None
    told = [straight(block.text) for block in page.error_region]
    for text in told:
        if any(pattern.search(text) for pattern in words.routes):
            return None
        if any(pattern.search(sentence) for sentence in sentences(text) for pattern in words.times):
            return None
    if reading.is_foreign:
        return NotChecked("the page has no link or button, and its words are not in English")
    shown = " ".join(told)
    return f"offers neither a retry nor a time nor another way: {quote(shown)}" if shown else "shows nothing at all"
