"""What the gate makes of a run: verdicts decide first, then what was left open or required, and what got worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chaos.compare.comparison import Comparison
from chaos.errors import UNDO_FAILED
from chaos.gate.terms import Terms
from chaos.verdict.repeats import Repeats
from chaos.verdict.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """`experiment` is the one that it is about. `fails`: the gate fails for it; else a verdict that stands decides."""

    kind: Literal["left_open", "required", "worse", "expired", "flakes"]
    experiment: str
    says: str
    fails: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """`asked`: a project file, or a comparison, asks more than the verdicts."""

    asked: bool = False
    objections: tuple[Objection, ...] = ()

    @property
    def failures(self) -> tuple[Objection, ...]:
        return tuple(each for each in self.objections if each.fails)

    @property
    def exit_code(self) -> int:
        if any(each.kind == "left_open" for each in self.objections):
            return UNDO_FAILED
        return 1 if self.failures else 0


def rule(
    verdicts: Sequence[Verdict],
    repeats: Sequence[Repeats],
    skipped: Mapping[str, str],
    terms: Terms,
    comparison: Comparison | None,
    left_open: str = "",
) -> Ruling:
    """`left_open` is said of what could not be ended once all experiments had come to their verdicts."""
    ran = {verdict.id for verdict in verdicts}
    return Ruling(
        asked=terms.file is not None,
        objections=(
            *_left_open(left_open),
            *_missing(ran, skipped, terms),
            *_expired(ran, terms),
            *_flaky(repeats, terms),
            *_worse(comparison, terms),
        ),
    )


def _left_open(said: str) -> Iterator[Objection]:
    if said:
        yield Objection(kind="left_open", experiment="", says=said, fails=True)


def _missing(ran: set[str], skipped: Mapping[str, str], terms: Terms) -> Iterator[Objection]:
    for name in terms.required:
        if name not in ran:
            why = f"was skipped: {skipped[name]}" if name in skipped else "was not run"
            yield Objection(kind="required", experiment=name, says=f"{name} is required, and {why}", fails=True)


def _expired(ran: set[str], terms: Terms) -> Iterator[Objection]:
    for name, said in terms.expired.items():
        if name in ran:
            says = f"{name} may no longer be inconclusive: {said}"
            yield Objection(kind="expired", experiment=name, says=says, fails=False)


def _flaky(repeats: Sequence[Repeats], terms: Terms) -> Iterator[Objection]:
    budget = terms.flakes
    for each in repeats if budget is not None else ():
        count = each.counts.get("inconclusive", 0)
        if budget is not None and count > budget.of(each.runs):
            says = f"{each.id} was inconclusive in {count} of {each.runs} runs; the budget for flakes is {budget}"
            yield Objection(kind="flakes", experiment=each.id, says=says, fails=False)


def _worse(comparison: Comparison | None, terms: Terms) -> Iterator[Objection]:
    """Where it does not fail the gate, the comparison has said it."""
    for compared, each in comparison.counting if comparison is not None and terms.fail_on_worse else ():
        says = f"{compared.id} got worse: {each.name} was {each.before}, and is {each.now}"
        yield Objection(kind="worse", experiment=compared.id, says=says, fails=True)
