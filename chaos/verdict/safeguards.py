"""Whether a safeguard is reached: by the runs that have ended lately, or by what a probe goes on answering."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chaos.experiment.plan import Plan
from chaos.experiment.safeguard import Safeguard, Watched
from chaos.journal.events import ProbeTaken, SafeguardTripped, Sample
from chaos.measures import MEASURES
from chaos.verdict.figures import format_figure
from chaos.verdict.timeline import due_between


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is known at `now_s`, in the order in which runs were due and probes answered; traffic began at
    `since_s`.
    """

    samples: Mapping[str, Sequence[Sample]]
    readings: Sequence[ProbeTaken]
    since_s: float
    now_s: float


def tripped(safeguard: Safeguard, plan: Plan, seen: Seen) -> SafeguardTripped | None:
    """None while all is well, and until there has been enough to tell."""
    return _BY[safeguard.watched](safeguard, plan, seen)


def _by_runs(safeguard: Safeguard, plan: Plan, seen: Seen) -> SafeguardTripped | None:
    """Not before the traffic has gone on for all of its time."""
    from_s = seen.now_s - safeguard.over
    if from_s < seen.since_s:
        return None
    journey = plan.system.journeys[safeguard.on]
    late = due_between(seen.samples[safeguard.on], from_s - journey.longest_s, seen.now_s)
    ended = [sample for sample in late if from_s < sample.ended_s <= seen.now_s]
    limit, measure = safeguard.limit, MEASURES[safeguard.limit.measure]
    if len(ended) < safeguard.needed(journey.rate, plan.experiment.samples):
        return None
    figure = measure.figure(ended)
    if not limit.bound.holds(figure):
        return None
    return _reached(safeguard, seen, format_figure(measure.unit, figure), len(ended))


def _by_answers(safeguard: Safeguard, plan: Plan, seen: Seen) -> SafeguardTripped | None:  # noqa: ARG001
    """What a probe has answered stands until it answers again. One that fails is not known to be safe."""
    limit = safeguard.limit
    in_a_row: list[ProbeTaken] = []
    for answer in reversed(seen.readings):
        if answer.probe != limit.on:
            continue
        if answer.figure is not None and not limit.bound.holds(answer.figure):
            return None
        in_a_row.append(answer)
        if answer.at_s <= seen.now_s - safeguard.over:
            return _reached(safeguard, seen, _said(in_a_row[0]), len(in_a_row))
    return None


def _said(answer: ProbeTaken) -> str:
    return f"it failed: {answer.failure}" if answer.figure is None else format_figure("number", answer.figure)


def _reached(safeguard: Safeguard, seen: Seen, measured: str, count: int) -> SafeguardTripped:
    return SafeguardTripped(
        at_s=seen.now_s, safeguard=str(safeguard), measured=measured, samples=count, watched=safeguard.watched
    )


_BY: Final[Mapping[Watched, Callable[[Safeguard, Plan, Seen], SafeguardTripped | None]]] = {
    "journey": _by_runs,
    "probe": _by_answers,
}
