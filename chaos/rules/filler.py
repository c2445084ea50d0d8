"""G16: the page says something, not only that something is wrong. Source: GOV.UK Design System."""

from __future__ import annotations

import re
from typing import Final

from chaos.rules.fate import fate_in_words, fate_of
from chaos.rules.next_step import has_next_step
from chaos.rules.page import Page, count_words, sentences, straight
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote
from chaos.rules.wordlist import Words

_NOT_TOLD: Final = frozenset({"button", "label", "legend", "h1", "h2", "h3", "h4", "h5", "h6"})
_REFERENCE: Final = re.compile(r"\b(?:reference|quote|incident|ticket)\b", re.IGNORECASE)
_FEWEST_WORDS: Final = 4


def more_than_filler(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G16. Without its empty phrases the text under the headline must still say something.

    A time, a reference and the names of controls are other rules' matter, and so is what a form says of its fields.
    """
    if reading.kind != "html" or 300 <= reading.answer.status < 400:
        return None
    if reading.is_foreign:
        return NotChecked("the page is not in English")
    page, words = reading.page, situation.words
    told = [straight(text) for text in page.told]
    empty = next((match[0] for text in told for p in words.empty_words if (match := p.search(text))), None)
    if empty is None:
        return None
    if not any(_says_something(sentence, words) for sentence in _text_under_the_headline(page)):
        return f"says {quote(empty)} and nothing else that helps: neither what does not work nor what still does"
    kept = [_without_filler(text, words) for text in told]
    if situation.sent is not None and fate_of(reading, words) and not fate_in_words(kept, words):
        return f"without {quote(empty)} it does not say in words what became of what the user sent"
    if has_next_step(page, told, words) and not has_next_step(page, kept, words):
        return f"without {quote(empty)} it does not say what to do now"
    return None


def _text_under_the_headline(page: Page) -> list[str]:
    region = [block for block in page.error_region if block.kind not in _NOT_TOLD]
    region = [block for block in region if not block.form] or region
    names = {control.name for control in page.error_controls}
    found: list[str] = []
    for block in region:
        text = straight(block.text)
        for name in names:
            text = text.replace(straight(name), " ")
        found += sentences(text)
    return found


def _says_something(sentence: str, words: Words) -> bool:
    if _REFERENCE.search(sentence) or any(pattern.search(sentence) for pattern in words.times):
        return False
    return count_words(_without_filler(sentence, words)) >= _FEWEST_WORDS


def _without_filler(text: str, words: Words) -> str:
    for pattern in (*words.empty_words, *words.courtesies):
        text = pattern.sub(" ", text)
    return text


G16: Final = Rule(
    id="G16",
    name="more than filler",
    on="H",
    level="W",
    passes_when='without phrases like "something went wrong", "technical issues", "maintenance" '
    "the text still says what does not work, and G12 and G13 hold",
    advice='name what does not work and what still does, such as "Posting clips does not work. Watching does."',
    source="GOV.UK Design System, There is a problem with the service",
    check=more_than_filler,
)
