"""G24 and G25: who has passed a gate does not meet it again, who has not gets no further. Source: WCAG 2.2, 3.3.7."""

from __future__ import annotations

from typing import Final

from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote

_NO_GATES: Final = NotChecked("it is not known what gates there are, and what pages at and behind them show")


def no_backward_step(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G24, whatever the status: a question that was answered is not asked again."""
    gates = [gate for gate in situation.gates if gate.asks]
    if not gates:
        return _NO_GATES
    for gate in gates:
        if gate.name in situation.passed and _shows(reading, gate.asks):
            return f"asks a user for {quote(gate.name)} who passed that before: the page shows {quote(gate.asks)}"
    return None


def safe_default(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G25, whatever the status: in doubt, a gate stays shut."""
    gates = [gate for gate in situation.gates if gate.guards]
    if not gates:
        return _NO_GATES
    for gate in gates:
        if gate.name not in situation.passed and _shows(reading, gate.guards):
            return f"lets a user in who never passed {quote(gate.name)}: the page shows {quote(gate.guards)}"
    return None


def _shows(reading: Reading, text: str) -> bool:
    return " ".join(text.split()).casefold() in reading.page.folded


G24: Final = Rule(
    id="G24",
    name="no backward step",
    on="U",
    level="E",
    always=True,
    passes_when="a user past a gate, such as the question for the age, never meets it again",
    advice="let the user carry the verdict, such as in a signed cookie, so that it need not be looked up",
    source="WCAG 2.2, 3.3.7",
    check=no_backward_step,
)
G25: Final = Rule(
    id="G25",
    name="safe default",
    on="U",
    level="E",
    always=True,
    passes_when="nothing from behind a gate is shown to a user who has not passed it, under any fault",
    advice="fail closed: when it can't be looked up whether a user may in, say so and let nobody in",
    source="OWASP, Fail Securely; CWE-636",
    check=safe_default,
)
