"""Whether a safeguard is reached, by the runs that have ended lately."""

from __future__ import annotations

from collections.abc import Sequence

from chaos.experiment.plan import Plan
from chaos.experiment.safeguard import Safeguard
from chaos.journal.events import SafeguardTripped, Sample
from chaos.measures import MEASURES
from chaos.verdict.figures import format_figure
from chaos.verdict.timeline import due_between


def tripped(
    safeguard: Safeguard, plan: Plan, samples: Sequence[Sample], *, since_s: float, now_s: float
) -> SafeguardTripped | None:
    """None while all is well, and until the traffic, which began at `since_s`, has gone on for long enough to tell."""
    from_s = now_s - safeguard.over
    if from_s < since_s:
        return None
    journey = plan.system.journeys[safeguard.journey]
    late = due_between(samples, from_s - journey.longest_s, now_s)
    ended = [sample for sample in late if from_s < sample.ended_s <= now_s]
    limit, measure = safeguard.limit, MEASURES[safeguard.limit.measure]
    if len(ended) < safeguard.needed(journey.rate, plan.experiment.samples):
        return None
    figure = measure.figure(ended)
    if not limit.bound.holds(figure):
        return None
    return SafeguardTripped(
        at_s=now_s, safeguard=str(safeguard), measured=format_figure(measure.unit, figure), samples=len(ended)
    )
