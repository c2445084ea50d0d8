"""G12: what became of what the user handed over, in words that are true. Source: GOV.UK Design System."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, get_args

from chaos.rules.page import sentences, straight
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote
from chaos.rules.status import links_to_its_state
from chaos.rules.story import Coming, Fate, ItemState, Story, StoryFinding
from chaos.rules.wordlist import Words

_ATTRIBUTE: Final = "data-outcome"
_UNTRUE: Final[dict[tuple[Fate, ItemState], str]] = {
    ("saved", "lost"): "saved, but it is lost",
    ("saved", "corrupted"): "saved, but what is stored is not what was sent",
    ("not-saved", "stored"): "not saved, but it is stored",
    ("not-saved", "pending"): "not saved, but it is still on its way",
    ("not-saved", "duplicated"): "not saved, but it is stored more than once",
}


def fate_told(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G12, for one answer to somebody who handed something over."""
    sent = situation.sent
    if sent is None or not (sent.fields or sent.files) or 300 <= reading.answer.status < 400:
        return None
    marked, worded = _marked(reading), None if reading.is_foreign else _worded(reading, situation.words)
    if marked and worded and marked != worded[0]:
        return f"is marked {marked!r}, but its words say {worded[0]!r}: {quote(worded[1])}"
    if marked or worded or _acknowledges(reading):
        return None
    if reading.is_foreign:
        return NotChecked("the page is not in English, and no data-outcome marks it")
    return "does not say whether what the user sent is saved, not saved, or perhaps saved"


def fate_of(reading: Reading, words: Words) -> Fate | None:
    """What this answer says of what the user handed over; None: nothing.

    `data-outcome` on the page or `outcome` in JSON is taken at its word, else the words decide. Without either a 201,
    and a 202 that links to its state, acknowledge what was sent.
    """
    if marked := _marked(reading):
        return marked
    if not reading.is_foreign and (worded := _worded(reading, words)):
        return worded[0]
    return "saved" if _acknowledges(reading) else None


def fate_in_words(texts: Iterable[str], words: Words) -> tuple[Fate, str] | None:
    """The fate that these texts state, and the sentence that does."""
    found: dict[str, str] = {}
    for text in texts:
        for sentence in sentences(straight(text)):
            for kind, patterns in (
                ("unknown", words.fate_unknown),
                ("not saved", words.fate_not_saved),
                ("saved", words.fate_saved),
                ("not done", words.fate_not_done),
            ):
                if any(pattern.search(sentence) for pattern in patterns):
                    found.setdefault(kind, sentence)
                    break
    order: tuple[tuple[str, Fate], ...] = (
        ("unknown", "unknown"),
        ("not saved", "not-saved"),
        ("saved", "saved"),
        ("not done", "not-saved"),
    )
    return next(((fate, found[kind]) for kind, fate in order if kind in found), None)


def fate_is_true(story: Story) -> Sequence[StoryFinding] | NotChecked:
    """G12, for a run: what users were told is what the ledger says."""
    if story.items is None:
        return NotChecked("there is no audit to compare the words with")
    told = [
        (coming, story.items[coming.item])
        for coming in story.comings
        if coming.fate is not None and coming.item is not None and coming.item in story.items
    ]
    if not told:
        return NotChecked("no answer that said what became of an item named one that the audit looked for")
    untrue: dict[str, list[Coming]] = {}
    for coming, state in told:
        if coming.fate is not None and (said := _UNTRUE.get((coming.fate, state))):
            untrue.setdefault(said, []).append(coming)
    return tuple(
        StoryFinding(
            reason=f"the user was told that {quote(comings[0].item or '')} is {said}",
            journey=comings[0].journey,
            user=comings[0].user,
            at_s=comings[0].at_s,
            count=len(comings),
        )
        for said, comings in untrue.items()
    )


def _worded(reading: Reading, words: Words) -> tuple[Fate, str] | None:
    return fate_in_words(reading.page.told, words)


def _acknowledges(reading: Reading) -> bool:
    status = reading.answer.status
    return status == 201 or (status == 202 and links_to_its_state(reading))


def _marked(reading: Reading) -> Fate | None:
    if reading.kind == "json":
        value = reading.json.value
        return _as_fate(value.get("outcome")) if isinstance(value, dict) else None
    tree = reading.page.tree
    node = tree.css_first(f"[{_ATTRIBUTE}]") if tree is not None else None
    return _as_fate(node.attributes.get(_ATTRIBUTE)) if node is not None else None


def _as_fate(said: object) -> Fate | None:
    if not isinstance(said, str):
        return None
    plain = said.strip().lower().replace("_", "-").replace(" ", "-")
    return next((fate for fate in get_args(Fate) if fate == plain), None)


G12: Final = Rule(
    id="G12",
    name="fate of the user's data",
    on="HJU",
    level="E",
    passes_when="says saved, not saved or unknown of what was submitted (in words, data-outcome or JSON outcome), "
    "and the ledger agrees",
    advice='say what became of it: "Your clip has not been saved", "We have your clip", or that you can not know yet',
    source="GOV.UK Design System, There is a problem with the service",
    check=fate_told,
    story=fate_is_true,
)
