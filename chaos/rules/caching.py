"""G06: an error is not kept and shown again when all is well. Source: RFC 9111."""

from __future__ import annotations

from typing import Final

from chaos.rules.reading import Reading
from chaos.rules.rule import Rule, Situation, quote


def not_cached(reading: Reading, _situation: Situation) -> str | None:
    """G06. `no-cache` and `max-age=0` are not enough: both let a cache keep the error."""
    answer = reading.answer
    if answer.status < 400:
        return None
    sent = ", ".join(value for name, value in answer.headers if name.lower() == "cache-control")
    directives = {directive.partition("=")[0].strip().lower() for directive in sent.split(",")}
    if "no-store" in directives:
        return None
    if not sent.strip():
        return f"answered {answer.status} without Cache-Control, so that a cache may keep the error"
    return f"answered {answer.status} with Cache-Control {quote(sent)}, which lets a cache keep the error"


G06: Final = Rule(
    id="G06",
    name="not cached",
    on="HJ",
    level="E",
    passes_when="an error carries Cache-Control: no-store, so that nobody is shown it after recovery",
    advice="send Cache-Control: no-store with every error",
    source="RFC 9111, 5.2.2.5",
    check=not_cached,
)
