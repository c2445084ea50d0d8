"""What users got instead of what they came for: one of each kind, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from chaos.journal.events import AnswerSeen, Sample
from chaos.rules import RULES
from chaos.rules.story import Outcome

MOST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One kind of answer, or of no answer. `rules`: those that it broke, with their names."""

    id: str
    journey: str
    outcome: Outcome
    status: int | None
    says: str
    rules: Mapping[str, str]
    times: int
    last_s: float


class Answers:
    """Every change carries the version that it makes; `since` gives what has changed after one."""

    def __init__(self) -> None:
        self._seen: dict[str, AnswerSeen] = {}
        self._answered: dict[str, tuple[int, Answered]] = {}

    def see(self, seen: AnswerSeen) -> None:
        """Comes before the first sample that it belongs to."""
        self._seen[seen.fingerprint] = seen

    def add(self, sample: Sample, version: int) -> None:
        if sample.outcome == "served":
            return
        kind = sample.answer or f"{sample.journey}/{sample.status}/{sample.failure}"
        known = self._answered.get(kind)
        times = known[1].times if known is not None else 0
        if known is None and len(self._answered) >= MOST:
            oldest = min(self._answered, key=lambda each: self._answered[each][1].last_s)
            del self._answered[oldest]
        answered = self._answer(kind, sample) if known is None else known[1]
        self._answered[kind] = version, replace(answered, times=times + 1, last_s=sample.ended_s)

    def since(self, version: int) -> tuple[Answered, ...]:
        """The newest last."""
        changed = (answered for changed, answered in self._answered.values() if changed > version)
        return tuple(sorted(changed, key=lambda each: each.last_s))

    def _answer(self, kind: str, sample: Sample) -> Answered:
        seen = self._seen.get(sample.answer or "")
        return Answered(
            id=kind,
            journey=sample.journey,
            outcome=sample.outcome,
            status=sample.status,
            says=seen.says if seen is not None else sample.failure or "an answer like many before",
            rules={rule: RULES[rule].name for rule in sample.rules if rule in RULES},
            times=0,
            last_s=sample.ended_s,
        )
