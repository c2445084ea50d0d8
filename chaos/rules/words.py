"""G11 and G15: in which words the user is told. Sources: GOV.UK Design System, Nielsen Norman Group on errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from chaos.rules.page import count_words, sentences, straight
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote
from chaos.rules.wordlist import Words

LONGEST_SENTENCE_WORDS: Final = 25
_ADDRESS: Final = re.compile(r"\bhttps?://[^\s\"'<>]{1,500}|[\w.+-]{1,64}@[\w.-]{1,100}", re.IGNORECASE)
_CODE: Final = re.compile(r"(?<![\w.,:+#$\u00a3\u20ac/%-])[45][0-9]{2}(?![\w%\u20ac]|[.,:/-][0-9]|-[a-zA-Z])")
_STANDS_ALONE: Final = frozenset(".:;!?)]-|")
_NOT_ENGLISH: Final = NotChecked("the page is not in English")


def plain_words(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G11. Judged are the title, the h1 and the error region; addresses to follow or write to are not words."""
    if reading.is_foreign:
        return _NOT_ENGLISH
    for text in _told(reading):
        if code := _status_code(text, situation.words):
            return f"shows the status code {code}: {quote(_sentence_of(text, code))}"
        for pattern in situation.words.jargon:
            if match := pattern.search(text):
                return f"says {quote(match[0])}, which tells users nothing: {quote(_sentence_of(text, match[0]))}"
    for piece in reading.page.told:
        for sentence in sentences(piece):
            if (length := count_words(sentence)) > LONGEST_SENTENCE_WORDS:
                return f"has a sentence of {length} words (at most {LONGEST_SENTENCE_WORDS}): {quote(sentence)}"
    return None


def no_blame(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G15. The same words may reassure ("nothing is wrong with your account"), so their sentence decides."""
    if reading.is_foreign:
        return _NOT_ENGLISH
    words = situation.words
    for text in _told(reading):
        for sentence in sentences(text):
            for pattern in words.blame:
                for match in pattern.finditer(sentence):
                    if not _reassures(sentence, match, words):
                        return f"puts it on the user with {quote(match[0])}: {quote(sentence)}"
    return None


def _told(reading: Reading) -> Iterator[str]:
    for text in reading.page.told:
        yield _ADDRESS.sub(" ", straight(text))


def _reassures(sentence: str, match: re.Match[str], words: Words) -> bool:
    before, after = sentence[: match.start()], sentence[match.end() :]
    return any(pattern.search(before) for pattern in words.reassuring_before) or any(
        pattern.search(after) for pattern in words.reassuring_after
    )


def _status_code(text: str, words: Words) -> str | None:
    """A number is a status code by the words beside it, or when it stands alone; "500 people are waiting" is none."""
    for match in _CODE.finditer(text):
        if match[0] not in words.status_codes:
            continue
        before = re.findall(r"[\w.]+", text[max(0, match.start() - 30) : match.start()].lower())
        after = text[match.end() : match.end() + 30].lower().lstrip()
        last = before[-1] if before else ""
        if last in words.before_status:
            return match[0]
        if last.isdigit() or last in words.never_before_status or last.rstrip(".") in words.never_before_status:
            continue
        if not after or after[0] in _STANDS_ALONE or re.split(r"[^\w-]", after, maxsplit=1)[0] in words.after_status:
            return match[0]
    return None


def _sentence_of(text: str, piece: str) -> str:
    return next((sentence for sentence in sentences(text) if piece in sentence), text)


G11: Final = Rule(
    id="G11",
    name="plain words",
    on="H",
    level="E",
    passes_when="visible text is free of status digits and jargon, and no sentence has more than 25 words",
    advice="say what does not work in the words of someone who uses the service",
    source="GOV.UK Design System, There is a problem with the service; NNG, Error-Message Guidelines",
    check=plain_words,
)
G15: Final = Rule(
    id="G15",
    name="no blame",
    on="HJ",
    level="E",
    passes_when='the fault is not the user\'s => no "your connection", "your account", "you entered", "invalid"',
    advice="say that the problem is on your side; send no one to check a connection that works",
    source="NNG, Error-Message Guidelines",
    check=no_blame,
)
