"""G17: nobody is shouted at or laughed at, and colour is never the only cue. Sources: GOV.UK, WCAG 1.4.1."""

from __future__ import annotations

import re
from typing import Final

from chaos.rules.page import sentences, straight
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote

_LETTERS: Final = re.compile(r"[^\W\d_]{1,100}")
_FEWEST_WORDS: Final = 4
_FEWEST_LETTERS: Final = 12


def tone(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G17. Capitals shout in any language that has them; a few of them may be abbreviations."""
    if reading.kind != "html":
        return None
    told = [straight(text) for text in reading.page.told]
    for text in told:
        for sentence in sentences(text):
            if _shouts(sentence):
                return f"shouts: {quote(sentence)}"
    if reading.is_foreign:
        return NotChecked("the page is not in English")
    for text in told:
        for pattern in situation.words.exclamations:
            if match := pattern.search(text):
                return f"makes light of it with {quote(match[0])}: {quote(text)}"
        for pattern in situation.words.colour_alone:
            if match := pattern.search(text):
                return f"tells it by colour alone, which not everybody sees: {quote(match[0])}"
    return None


def _shouts(sentence: str) -> bool:
    words = _LETTERS.findall(sentence)
    in_capitals = [word for word in words if word.isupper()]
    long_enough = len(in_capitals) >= _FEWEST_WORDS and sum(map(len, in_capitals)) >= _FEWEST_LETTERS
    return long_enough and 10 * len(in_capitals) >= 9 * len(words)


G17: Final = Rule(
    id="G17",
    name="tone",
    on="H",
    level="W",
    passes_when='no sentence in capitals, no "oops", and colour is not the only cue',
    advice="write plain sentences in ordinary letters, and say in words what a colour says",
    source="GOV.UK Design System, There is a problem with the service; WCAG 2.2, 1.4.1",
    check=tone,
)
