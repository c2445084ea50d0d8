"""Judging the answers of one experiment: what the rules are told of each, and which findings make it broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from chaos.experiment.graceful import Allowance
from chaos.experiment.plan import Plan
from chaos.experiment.system import System
from chaos.rules import judge, outcome_of
from chaos.rules.fate import fate_of
from chaos.rules.learned import Learner
from chaos.rules.notice import shows_notice
from chaos.rules.reading import Reading
from chaos.rules.rule import Finding, Gate, Learned, Sent, Situation, Skipped
from chaos.rules.story import Fate, Outcome
from chaos.rules.wordlist import Words

Place = tuple[str, int]
"""A journey and the index of one of its steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is said of one answer. `fate`: what it tells of what was handed over; None: nothing was, or it does not.
    `notice`: it shows one."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    not_checked: tuple[Skipped, ...]
    fate: Fate | None
    notice: bool


@dataclass(slots=True)
class Judging:
    """`situation` is what holds for every answer. Findings of the rules in `borne` break nothing; they are kept.

    Until `freeze` the good answers of each step are learned from, and no rule is told what was learned: before
    anything is broken there is nothing to compare with it.
    """

    situation: Situation
    borne: frozenset[str] = frozenset()
    _learners: dict[Place, Learner] = field(default_factory=dict)
    _learned: Mapping[Place, Learned | None] | None = None
    _situations: dict[tuple[Place, bool, frozenset[str]], Situation] = field(default_factory=dict)
    """What holds for answers to which their users brought nothing but the gates behind them: nearly all of them."""

    def judge(
        self,
        place: Place,
        reading: Reading,
        *,
        served: bool,
        sent: Sent | None = None,
        passed: Iterable[str] = (),
    ) -> Judged:
        """`served`: every expectation of the step held."""
        answer = reading.answer
        situation = self._situation(place, served, frozenset(passed))
        if sent is not None or answer.view is not None:
            situation = replace(situation, sent=sent, browser=answer.view)
        judgement = judge(reading, situation)
        counted = [finding for finding in judgement.findings if finding.rule not in self.borne]
        outcome = outcome_of(served, answer, counted)
        if outcome == "served" and self._learned is None:
            if place not in self._learners:
                self._learners[place] = Learner(situation.words)
            self._learners[place].learn(reading)
        return Judged(
            outcome=outcome,
            findings=judgement.findings,
            not_checked=judgement.not_checked,
            fate=None if sent is None else fate_of(reading, situation.words),
            notice=shows_notice(reading),
        )

    def freeze(self) -> None:
        """Something is about to be broken: no answer from now on says what good ones are like."""
        if self._learned is None:
            self._learned = {place: learner.learned for place, learner in self._learners.items()}
            self._situations.clear()

    def _situation(self, place: Place, served: bool, passed: frozenset[str]) -> Situation:
        key = (place, served, passed)
        if (known := self._situations.get(key)) is not None:
            return known
        learned = None if self._learned is None else self._learned.get(place)
        new = self._situations[key] = replace(self.situation, served=served, passed=passed, learned=learned)
        return new


def judging_of(plan: Plan, today: date) -> Judging:
    """`today` decides which allowances still hold."""
    surge = any(fault.kind == "surge" for fault in plan.experiment.faults)
    borne = borne_on(today, plan.experiment.allow)
    return Judging(situation_in(plan.system, Path(plan.folder), surge=surge), borne=borne)


def situation_in(system: System, folder: Path, *, surge: bool = False) -> Situation:
    """What holds for every answer of this system. `folder` is its file's."""
    settings = system.rules
    words = Words.load() if settings.words is None else Words.load(folder / settings.words)
    return Situation(
        served=True,
        wall=lambda: datetime.now(UTC),
        budget_s=settings.budget,
        max_retry_after_s=settings.max_retry_after,
        surge=surge,
        canaries=settings.canaries,
        public_hosts=settings.public_hosts,
        gates=tuple(Gate(name, texts.asks, texts.guards) for name, texts in system.gates.items()),
        words=words,
    )


def borne_on(today: date, allowances: Iterable[Allowance]) -> frozenset[str]:
    """The rules whose findings are borne with that day; the last day still counts."""
    return frozenset(allowance.rule for allowance in allowances if allowance.holds_on(today))
