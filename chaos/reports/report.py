"""What every reporter gets: the verdicts of one run, in the order of the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO

from chaos.compare.comparison import Comparison
from chaos.gate.ruling import Ruling
from chaos.verdict.repeats import Repeats, summarize
from chaos.verdict.verdict import Verdict, worst_exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`allowed` names the experiments whose inconclusive verdict does not stop a pipeline, `skipped` those left out."""

    run: str
    verdicts: Sequence[Verdict]
    allowed: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    comparison: Comparison | None = None
    ruling: Ruling = field(default_factory=Ruling)

    def is_allowed(self, verdict: Verdict) -> bool:
        return verdict.verdict == "inconclusive" and verdict.id in self.allowed

    @property
    def repeats(self) -> Sequence[Repeats]:
        """Of the experiments that were run several times on purpose."""
        return summarize(self.verdicts)

    @property
    def counting(self) -> Sequence[Verdict]:
        """One verdict of each experiment: of those that were repeated, the worst, where the first one stood."""
        worst = {(each.id, each.variant): each.worst for each in self.repeats}
        return [
            worst.get((verdict.id, verdict.variant), verdict) for verdict in self.verdicts if verdict.repetition == 1
        ]

    @property
    def took_s(self) -> float:
        """From the first one's beginning, which is known to the second, to the last one's end."""
        began = [(datetime.fromisoformat(verdict.wall_time).timestamp(), verdict.took_s) for verdict in self.verdicts]
        first_s = min((at_s for at_s, _ in began), default=0.0)
        return max((at_s - first_s + took_s for at_s, took_s in began), default=0.0)

    @property
    def exit_code(self) -> int:
        codes = [0 if self.is_allowed(verdict) else verdict.exit_code for verdict in self.verdicts]
        return worst_exit_code([*codes, self.ruling.exit_code])


Reporter = Callable[[Report, TextIO], None]
