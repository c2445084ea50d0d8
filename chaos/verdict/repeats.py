"""An experiment that was run several times: how often each verdict came, and the mean time to recover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from chaos.measures.measure import Interval, wilson
from chaos.verdict.verdict import TimeToRecover, Verdict, Word, worst_exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Of one experiment on one variant. `worst` is the verdict that counts, the first of its kind."""

    id: str
    variant: str | None
    runs: int
    counts: Mapping[Word, int]
    """Words that came, the most frequent first."""
    passed: Interval
    """The share of runs that pass, with 95 % confidence, as ratios."""
    mttr: TimeToRecover | None
    """The mean over the runs that recovered, as an interval; None: none did."""
    recovered: int
    worst: Verdict


def summarize(verdicts: Sequence[Verdict]) -> tuple[Repeats, ...]:
    """Of the experiments that were repeated, in the order of the run."""
    groups: dict[tuple[str, str | None], list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault((verdict.id, verdict.variant), []).append(verdict)
    return tuple(_summary(each) for each in groups.values() if any(verdict.repetition > 1 for verdict in each))


def _summary(verdicts: Sequence[Verdict]) -> Repeats:
    counts = Counter(verdict.verdict for verdict in verdicts)
    times = [verdict.recovered for verdict in verdicts if verdict.recovered is not None]
    worst = worst_exit_code([verdict.exit_code for verdict in verdicts])
    return Repeats(
        id=verdicts[0].id,
        variant=verdicts[0].variant,
        runs=len(verdicts),
        counts=dict(counts.most_common()),
        passed=wilson(counts["passed"], len(verdicts)),
        mttr=_mean(times) if times else None,
        recovered=len(times),
        worst=next(verdict for verdict in verdicts if verdict.exit_code == worst),
    )


def _mean(times: Sequence[TimeToRecover]) -> TimeToRecover:
    return TimeToRecover(
        at_least_s=fmean(time.at_least_s for time in times), at_most_s=fmean(time.at_most_s for time in times)
    )
