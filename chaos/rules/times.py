"""G14: the words and Retry-After send the user back at the same time. Source: GOV.UK Design System."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from chaos.rules.page import sentences, straight
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote
from chaos.rules.status import told_wait_s

WITHIN: Final = 0.2
_NUMBERS: Final = {
    **{"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0},
    **{"eight": 8.0, "nine": 9.0, "ten": 10.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0},
    **{"forty-five": 45.0, "sixty": 60.0, "half a": 0.5, "half an": 0.5, "a quarter of an": 0.25},
}
_FEW: Final = {"few": (2.0, 10.0), "several": (3.0, 10.0), "some": (2.0, 15.0), "couple of": (2.0, 3.0)}
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_NUMBER: Final = rf"[0-9]{{1,5}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_DURATION: Final = re.compile(
    r"\b(?:(?P<most>less than|under|up to|at most|no more than|within)|(?P<least>at least|more than|over))?"
    r" ?(?:about |around |roughly |approximately |another |the next |a further )?"
    rf"(?:(?:a |the next )?(?P<few>{'|'.join(_FEW)})|(?P<low>{_NUMBER})(?: ?(?:-|to|or) ?(?P<high>{_NUMBER}))?)"
    r"(?: |-)?(?P<unit>seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?)\b"
    r"(?: or (?P<more>two|so))?(?! (?:ago|old|long))",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"\b(?:[0-2]?[0-9][:.h][0-5][0-9]|[01]?[0-9] ?(?:am|pm)|noon|midday|midnight)\b", re.IGNORECASE
)
_PAST: Final = re.compile(r"\b(?:been|since|last|past|started|began|took|lasted)\b", re.IGNORECASE)
_WAITING: Final = re.compile(r"\b(?:wait|closed|down|paused|offline|unavailable|busy)\b")
"""What is said to be so for some time with one of these words is over after it; "kept for 30 days" is no wait."""


class Span(NamedTuple):
    """A time that words name, in seconds."""

    low_s: float
    high_s: float
    words: str

    def agrees_with(self, wait_s: float) -> bool:
        margin_s = max(WITHIN * wait_s, 1.0)
        return self.low_s <= wait_s + margin_s and self.high_s >= wait_s - margin_s


def time_agrees(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G14. "A few minutes" is two to ten, "within a minute" anything up to one; "later" and "soon" leave it open."""
    wait_s = told_wait_s(reading.answer, situation.wall)
    if wait_s is None or reading.kind != "html":
        return None
    if reading.is_foreign:
        return NotChecked("the page is not in English")
    told = [
        sentence
        for text in reading.page.told
        for sentence in sentences(straight(text))
        if any(pattern.search(sentence) for pattern in situation.words.again)
    ]
    spans = [span for sentence in told for span in spans_in(sentence)]
    if any(span.agrees_with(wait_s) for span in spans):
        return None
    if spans:
        return f"Retry-After says {wait_s:g} s, the words say {quote(spans[0].words)}"
    if any(pattern.search(sentence) for sentence in told for pattern in situation.words.vague_times):
        return None
    if any(_CLOCK.search(sentence) for sentence in told):
        return NotChecked("the words name a time of day, and its time zone is not known")
    return f"Retry-After says {wait_s:g} s, the words name no time"


def spans_in(sentence: str) -> Iterator[Span]:
    """Every time span that lies ahead; what has lasted until now is none, nor what lasts for some time."""
    for match in _DURATION.finditer(sentence):
        before = sentence[: match.start()].rstrip().lower()
        if _PAST.search(before) or (before.endswith("for") and not _WAITING.search(before)):
            continue
        unit_s = _UNITS[match["unit"][0].lower()]
        if match["few"]:
            low, high = _FEW[match["few"].lower()]
        else:
            low = _number(match["low"])
            high = _number(match["high"]) if match["high"] else 2 * low if match["more"] == "two" else low
        if match["most"]:
            low = 0.0
        if match["least"]:
            high = math.inf
        yield Span(low * unit_s, high * unit_s, match[0].strip())


def _number(text: str) -> float:
    return float(text) if text.isdigit() else _NUMBERS[text.lower()]


G14: Final = Rule(
    id="G14",
    name="time agrees",
    on="H",
    level="W",
    passes_when='with Retry-After, the words name a time within 20 % of it, or say "later"',
    advice='make the words from the same figure as the header: Retry-After: 30 and "try again in 30 seconds"',
    source="GOV.UK Design System, Service unavailable pages",
    check=time_agrees,
)
