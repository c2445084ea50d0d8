"""The words that a person sees in an answer."""

from __future__ import annotations

from chaos.journeys.answer import Answer
from chaos.rules.reading import Reading


def visible_text(answer: Answer) -> str:
    """On one line; no markup, no script, nothing hidden. Of JSON, its strings."""
    return " ".join(" ".join(block.text for block in Reading(answer).page.blocks).split())
