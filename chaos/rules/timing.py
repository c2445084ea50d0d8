"""G05: how long the user waits. Source: Nielsen Norman Group, The 3 Important Limits."""

from __future__ import annotations

from typing import Final

from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation

FIRST_FEEDBACK_S: Final = 1.0


def bounded_wait(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G05, for one answer. What shows up before the answer, such as a spinner, only a browser can see."""
    answer, browser = reading.answer, situation.browser
    if answer.elapsed_s > situation.budget_s:
        return (
            f"the user waited {answer.elapsed_s:.3g} s for this answer, more than the {situation.budget_s:g} s allowed"
        )
    if answer.asked_for == "json" or answer.elapsed_s <= FIRST_FEEDBACK_S:
        return None
    if browser is None or browser.feedback_s is None:
        return NotChecked(f"the answer took {answer.elapsed_s:.3g} s; what the user saw until then needs a browser")
    if browser.feedback_s > FIRST_FEEDBACK_S:
        return f"nothing on the page changed for {browser.feedback_s:.3g} s, more than {FIRST_FEEDBACK_S:g} s"
    return None


G05: Final = Rule(
    id="G05",
    name="bounded wait",
    on="U",
    level="E",
    passes_when="the final answer comes within the budget (default 10 s); in a browser, first feedback within 1 s",
    advice="put a deadline on the whole request, shorter ones on each call behind it, and show that it is under way",
    source="NNG, Response Times: The 3 Important Limits",
    check=bounded_wait,
)
