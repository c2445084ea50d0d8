"""Telling kinds of answers apart, whatever ids, times and counts they carry."""

from __future__ import annotations

import re
from hashlib import blake2s
from typing import Final

from chaos.rules.reading import Reading
from chaos.rules.reference import reference_of

_VARIES: Final = re.compile(r"\b(?=\w*\d)[\w-]+\b")
"""Words with a digit in them: ids, times, counts."""
LONGEST_LINE: Final = 240


def fingerprint(journey: str, reading: Reading) -> str:
    """The same for answers of one journey that differ in ids and figures only."""
    text = reading.page.text
    if (reference := reference_of(reading)) is not None:  # it may be all letters
        text = re.sub(re.escape(reference), "#", text, flags=re.IGNORECASE)
    kind = _VARIES.sub("#", text)
    said = f"{journey}\n{reading.answer.status}\n{reading.answer.media_type}\n{kind}"
    return blake2s(said.encode("utf-8", "replace"), digest_size=8).hexdigest()


def one_line(reading: Reading) -> str:
    """What a person reads there, in a line."""
    said = " ".join(_problem_words(reading).split()) or reading.page.text
    return said if len(said) <= LONGEST_LINE else said[: LONGEST_LINE - 3].rstrip() + "..."


def _problem_words(reading: Reading) -> str:
    """Title and detail of a JSON problem; empty when it is none."""
    if not reading.answer.media_type.endswith("json"):
        return ""
    found = reading.json.value
    words = [found.get(key) for key in ("title", "detail")] if isinstance(found, dict) else []
    return ": ".join(word for word in words if isinstance(word, str))
