"""The words that a person sees in an answer."""

from __future__ import annotations

from chaos.rules.reading import Reading


def visible_text(reading: Reading) -> str:
    """On one line; no markup, no script, nothing hidden. Of JSON, its strings."""
    return " ".join(" ".join(block.text for block in reading.page.blocks).split())
