"""Whether an answer is what its user came for."""

from __future__ import annotations

from chaos.experiment.request import Expect
from chaos.journeys.answer import Answer
from chaos.journeys.visible import visible_text


def unmet(expect: Expect, answer: Answer) -> str | None:
    """The first expectation that does not hold, in words; None when all hold."""
    if expect.status and answer.status not in expect.status:
        return f"status {' or '.join(map(str, expect.status))} was expected, not {answer.status}"
    if not expect.status and answer.status >= 400:
        return f"a status below 400 was expected, not {answer.status}"
    if not answer.complete:
        return "a complete answer was expected; this one ended early"
    if expect.text or expect.no_text:
        shown = visible_text(answer).casefold()
        for text in expect.text:
            if text.casefold() not in shown:
                return f"the page should show {text!r}"
        for text in expect.no_text:
            if text.casefold() in shown:
                return f"the page should not show {text!r}"
    return None
