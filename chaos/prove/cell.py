"""One cell of the kill matrix: an experiment on a variant, with its faults muted, or on the system as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from chaos.experiment.plan import Plan
from chaos.verdict.busy import TOO_BUSY
from chaos.verdict.verdict import Claim, Verdict

State = Literal["killed", "survived", "held", "refuted", "inconclusive", "error", "not run"]
"""Of a variant: killed or survived. Of the plain system, or one without its fault: the claims held, or one did not."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`claimed`: the experiment says that it catches this variant."""

    plan: Plan
    claimed: bool = False

    @property
    def name(self) -> str:
        """Of its folder in the run."""
        if self.plan.muted:
            return f"{self.plan.id}#muted"
        return self.plan.id if self.plan.variant is None else f"{self.plan.id}@{quote(self.plan.variant, safe=' ')}"

    @property
    def where(self) -> str:
        if self.plan.muted:
            return "without its fault"
        return "on the plain system" if self.plan.variant is None else f"on {self.plan.variant}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a cell. `by`: the claim that was refuted, and the rules that the answer broke.

    `problem` says what is not as it must be. `exit_code` is not 0 where something else was in the way.
    """

    cell: Cell
    state: State
    by: str = ""
    why: str = ""
    problem: str = ""
    exit_code: int = 0


def result_of(cell: Cell, verdict: Verdict | None) -> Result:
    """`verdict` is None for a cell that was never run."""
    if verdict is None:
        return Result(cell=cell, state="not run")
    why = verdict.reasons[0] if verdict.reasons else ""
    if verdict.verdict in {"error", "aborted"}:
        return Result(cell=cell, state="error", why=why, exit_code=verdict.exit_code)
    refuted = next((claim for claim in verdict.claims if claim.state == "refuted"), None)
    if cell.plan.variant is not None:
        return _of_variant(cell, verdict, refuted, why)
    return _of_plain(cell, verdict, refuted, why)


def tries_again(verdict: Verdict) -> bool:
    """Only what could not be concluded because this machine was too busy."""
    return verdict.verdict == "inconclusive" and verdict.busy


def _of_variant(cell: Cell, verdict: Verdict, refuted: Claim | None, why: str) -> Result:
    says = f"{cell.plan.id} says that it catches {cell.plan.variant}, but"
    if verdict.verdict == "failed":
        return Result(cell=cell, state="killed", by=_by(refuted), why=why)
    if verdict.verdict == "passed":
        problem = f"{says} passes on it" if cell.claimed else ""
        return Result(cell=cell, state="survived", problem=problem)
    if verdict.busy:
        return _too_busy(cell, verdict)
    problem = f"{says} nothing can be concluded there: {why}" if cell.claimed else ""
    return Result(cell=cell, state="inconclusive", why=why, problem=problem)


def _of_plain(cell: Cell, verdict: Verdict, refuted: Claim | None, why: str) -> Result:
    """The system without a defect, with or without the faults: no claim may be refuted."""
    plan = cell.plan
    if plan.muted and verdict.busy:  # what it could not send on time may also have been answered too late
        return _too_busy(cell, verdict)
    if refuted is not None:
        which = "fails without its fault" if plan.muted else "does not pass on the plain system"
        problem = f"{plan.id} {which}: {refuted.text}: {refuted.why}"
        return Result(cell=cell, state="refuted", by=_by(refuted), why=why, problem=problem)
    if verdict.busy:
        return _too_busy(cell, verdict)
    looked = any(span.phase == "fault" for span in verdict.phases)
    if verdict.verdict == "passed" or (plan.muted and looked):
        return Result(cell=cell, state="held")
    problem = f"{plan.id} can't tell anything {cell.where}: {why}"
    return Result(cell=cell, state="inconclusive", why=why, problem=problem)


def _too_busy(cell: Cell, verdict: Verdict) -> Result:
    why = next(reason for reason in verdict.reasons if TOO_BUSY in reason)
    return Result(cell=cell, state="inconclusive", why=why, exit_code=verdict.exit_code)


def _by(claim: Claim | None) -> str:
    if claim is None:
        return ""
    rules = claim.first_offence.rules if claim.first_offence is not None else ()
    return f"{claim.text} [{', '.join(rules)}]" if rules else claim.text
