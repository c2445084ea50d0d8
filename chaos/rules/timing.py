"""G05: how long the user waits."""

from __future__ import annotations

from chaos.rules.reading import Reading
from chaos.rules.rule import Situation


def bounded_wait(reading: Reading, situation: Situation) -> str | None:
    """G05, for one answer. First feedback within 1 s needs a browser. Source: NNG, 10 s is what attention lasts."""
    waited_s = reading.answer.elapsed_s
    if waited_s <= situation.budget_s:
        return None
    return f"the user waited {waited_s:.3g} s for this answer, more than the {situation.budget_s:g} s allowed"
