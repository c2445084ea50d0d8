"""G26: a page that has lost its content says so. Source: news reports of July 2021 ("0 followers", empty searches)."""

from __future__ import annotations

from typing import Final

from chaos.rules.counts import LIST, counts_of
from chaos.rules.notice import shows_notice
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote

COLLAPSED: Final = 0.2


def no_silent_empty(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G26. An answer of 400 and above has said already that something is missing."""
    if reading.answer.status >= 300:
        return None
    learned = situation.learned
    if learned is None:
        return NotChecked("too few good answers were seen to know how much there usually is")
    if not learned.counts:
        return NotChecked("good answers show nothing that can be counted and stays about the same")
    now = counts_of(reading, situation.words)
    for name, usual in learned.counts.items():
        count = now.get(name, 0.0 if name.startswith(LIST) else usual)
        if usual > 0 and count <= COLLAPSED * usual:
            if shows_notice(reading):
                return None
            return f"{quote(name)}: {count:g} instead of about {usual:g}, and no notice says why"
    return None


G26: Final = Rule(
    id="G26",
    name="no silent empty",
    on="HJU",
    level="E",
    always=True,
    passes_when="an answer below 400 whose learned counts collapse (by 80 % or to 0) carries a visible notice",
    advice='tell nothing-there from not-known: show "Your followers can\'t be loaded right now" instead of 0',
    source="news reports of 6 July 2021",
    check=no_silent_empty,
)
