"""Telling kinds of answers apart, whatever ids, times and counts they carry."""

from __future__ import annotations

import json
import re
from hashlib import blake2s
from typing import Final

from chaos.journeys.answer import Answer
from chaos.journeys.visible import visible_text

_VARIES: Final = re.compile(r"\b(?=\w*\d)[\w-]+\b")
"""Words with a digit in them: ids, times, counts."""
LONGEST_LINE: Final = 240


def fingerprint(journey: str, answer: Answer) -> str:
    """The same for answers of one journey that differ in ids and figures only."""
    kind = _VARIES.sub("#", visible_text(answer))
    said = f"{journey}\n{answer.status}\n{answer.media_type}\n{kind}"
    return blake2s(said.encode("utf-8", "replace"), digest_size=8).hexdigest()


def one_line(answer: Answer) -> str:
    """What a person reads there, in a line."""
    said = " ".join(_problem_words(answer).split()) or visible_text(answer)
    return said if len(said) <= LONGEST_LINE else said[: LONGEST_LINE - 3].rstrip() + "..."


def _problem_words(answer: Answer) -> str:
    """Title and detail of a JSON problem; empty when it is none."""
    if not answer.media_type.endswith("json"):
        return ""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    words = [found.get(key) for key in ("title", "detail")] if isinstance(found, dict) else []
    return ": ".join(word for word in words if isinstance(word, str))
