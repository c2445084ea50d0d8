"""Two sets of results beside each other, experiment by experiment: verdict, figures, rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chaos.compare.figures import FIGURES, Figure
from chaos.compare.record import Record, Results
from chaos.compare.shift import Estimate, Shift, shift
from chaos.compare.slack import Slack
from chaos.verdict.figures import format_figure

Change = Literal["worse", "better", "within noise", "unknown"]
Standing = Literal["compared", "changed", "new", "gone", "not comparable"]
"""Of an experiment. changed: its plan is another one than then. gone: the newest of the earlier runs has it, this one
does not. not comparable: then it never passed or failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`figure` is a key of `FIGURES`, or `verdict`, or `rules`; `of` what it is of, empty for the whole experiment."""

    figure: str
    of: str
    change: Change
    before: str
    now: str
    noise: str = ""
    """How far chance alone may move it, as people read it."""
    counts: bool = False
    """It is worse by more than what is borne with."""

    @property
    def name(self) -> str:
        known = FIGURES.get(self.figure)
        return " ".join(part for part in (self.of, self.figure, known.when if known is not None else "") if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One experiment. `runs`: how many earlier ones of the same plan there were."""

    id: str
    variant: str | None
    title: str
    standing: Standing
    why: str = ""
    """Why it is not simply compared, in a clause."""
    runs: int = 0
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`against`: the ids of the earlier runs, oldest first."""

    against: tuple[str, ...]
    experiments: tuple[Compared, ...]

    def count(self, change: Change) -> int:
        return sum(each.change == change for compared in self.experiments for each in compared.differences)

    @property
    def counting(self) -> Iterator[tuple[Compared, Difference]]:
        """What got worse by more than is borne with."""
        return ((found, each) for found in self.experiments for each in found.differences if each.counts)


Key = tuple[str, str | None]


def compare(earlier: Sequence[Results], now: Sequence[Record], slack: Mapping[str, Slack]) -> Comparison:
    """`slack` overrides what `FIGURES` bear with. Muted runs are of another kind, and left out."""
    runs = sorted((each for each in earlier if each.experiments), key=_began)
    before = _by_key([record for run in runs for record in run.experiments])
    newest = _by_key(runs[-1].experiments) if runs else {}
    present = _by_key(now)
    compared = [_compared(before.get(key, ()), records, slack) for key, records in present.items()]
    gone = [_gone(records[0]) for key, records in newest.items() if key not in present]
    return Comparison(against=tuple(run.run for run in runs), experiments=(*compared, *gone))


def _began(results: Results) -> tuple[str, str]:
    return min(record.wall_time for record in results.experiments), results.run


def _by_key(records: Sequence[Record]) -> Mapping[Key, Sequence[Record]]:
    found: dict[Key, list[Record]] = {}
    for record in records:
        if not record.muted:
            found.setdefault((record.id, record.variant), []).append(record)
    return found


def _compared(before: Sequence[Record], now: Sequence[Record], slack: Mapping[str, Slack]) -> Compared:
    plan = now[0].plan_sha256
    alike = [record for record in before if None in (record.plan_sha256, plan) or record.plan_sha256 == plan]
    standing, why = _standing(before, alike, now)
    found: tuple[Difference, ...] = ()
    if standing == "compared":
        was, is_now = ([record for record in group if record.conclusive] for group in (alike, now))
        found = (*_verdicts(alike, now), *_figures(was, is_now, slack), *_rules(was, is_now))
    first = now[0]
    return Compared(
        id=first.id,
        variant=first.variant,
        title=first.title,
        standing=standing,
        why=why,
        runs=len(alike),
        differences=found,
    )


def _standing(before: Sequence[Record], alike: Sequence[Record], now: Sequence[Record]) -> tuple[Standing, str]:
    if not before:
        return "new", "no earlier run has it"
    if not alike:
        return "changed", "it, its system or Gatecrash is another one than then, so its figures can't be compared"
    if not any(record.conclusive for record in alike):
        return "not comparable", f"it was {_words(alike)} then"
    if not any(record.conclusive for record in now):
        return "compared", f"it is {_words(now)} now, so there are no figures"
    unknown = any(record.plan_sha256 is None for record in (*alike, *now))
    return "compared", "whether its plan is the same can't be told from these results" if unknown else ""


def _gone(record: Record) -> Compared:
    return Compared(
        id=record.id,
        variant=record.variant,
        title=record.title,
        standing="gone",
        why="the newest of the earlier runs has it, this one does not",
    )


def _verdicts(before: Sequence[Record], now: Sequence[Record]) -> Iterator[Difference]:
    """Worse: every earlier run passed, and now one did not. Where only some passed before, chance is enough. It counts
    where one failed: any other verdict stops a pipeline by itself, or is allowed to be.
    """
    was, is_now = _words(before), _words(now)
    passed_before = [record.verdict == "passed" for record in before]
    passes = [record.verdict == "passed" for record in now]
    if set(passed_before) == set(passes) and {record.verdict for record in before} == {each.verdict for each in now}:
        return
    change: Change = "within noise"
    if all(passed_before) and not all(passes):
        change = "worse"
    elif all(passes) and not any(passed_before):
        change = "better"
    counts = change == "worse" and any(record.verdict == "failed" for record in now)
    yield Difference(figure="verdict", of="", change=change, before=was, now=is_now, counts=counts)


def _words(records: Sequence[Record]) -> str:
    """`passed`, or `4 passed, 1 failed`."""
    counts = Counter(record.verdict for record in records)
    if len(counts) == 1:
        return records[0].verdict
    return ", ".join(f"{count} {word}" for word, count in counts.most_common())


def _figures(before: Sequence[Record], now: Sequence[Record], slack: Mapping[str, Slack]) -> Iterator[Difference]:
    for name, figure in FIGURES.items():
        was, is_now = _estimates(figure, before), _estimates(figure, now)
        for of, estimates in is_now.items():
            if of in was:
                moved = shift(was[of], estimates, certain=figure.certain)
                if moved.by:
                    yield _difference(name, figure, of, moved, slack.get(name, figure.slack))


def _estimates(figure: Figure, records: Sequence[Record]) -> Mapping[str, Sequence[Estimate]]:
    found: dict[str, list[Estimate]] = {}
    for record in records:
        for of, estimate in figure.of(record):
            found.setdefault(of, []).append(estimate)
    return found


def _difference(name: str, figure: Figure, of: str, moved: Shift, slack: Slack) -> Difference:
    change: Change = "unknown" if moved.noise is None else "within noise"
    if moved.beyond_noise:
        change = "better" if (moved.by > 0) == figure.higher_is_better else "worse"
    return Difference(
        figure=name,
        of=of,
        change=change,
        before=format_figure(figure.unit, moved.before),
        now=format_figure(figure.unit, moved.now),
        noise="" if not moved.noise else format_figure(figure.unit, moved.noise),
        counts=change == "worse" and abs(moved.by) > slack.of(moved.before),
    )


def _rules(before: Sequence[Record], now: Sequence[Record]) -> Iterator[Difference]:
    """A rule that no earlier run broke, and one that all of them did and none now. Only those of level E count."""
    if not (before and now):
        return
    was, is_now = [_broken(record) for record in before], [_broken(record) for record in now]
    for (rule, name, level), change in sorted(
        [(each, "worse") for each in frozenset.union(*is_now) - frozenset.union(*was)]
        + [(each, "better") for each in frozenset.intersection(*was) - frozenset.union(*is_now)]
    ):
        worse = change == "worse"
        yield Difference(
            figure="rules",
            of=f"{rule} {name}",
            change="worse" if worse else "better",
            before="kept" if worse else "broken",
            now="broken" if worse else "kept",
            counts=worse and level == "E",
        )


def _broken(record: Record) -> frozenset[tuple[str, str, str]]:
    return frozenset((each.rule, each.name, each.level) for each in record.findings if each.allowed is None)
