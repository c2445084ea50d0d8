"""Whether a bound holds for what was found over a whole course of events."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from chaos.experiment.tolerance import Tolerance
from chaos.measures.course import AtLeast, Found, Unknown
from chaos.measures.measure import Bounded
from chaos.verdict.figures import format_apart, format_figure
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim


def judge_figure(
    phase: Literal["impact", "links", "detect"],
    tolerance: Tolerance,
    measure: Bounded,
    figure: Found,
    timeline: Timeline,
    *,
    samples: int = 0,
) -> Claim:
    """What can't be measured is undecided, and so is what would need a longer look."""
    claim = Claim(phase=phase, text=str(tolerance), state="undecided", measured="", samples=samples)
    bound = tolerance.bound
    if isinstance(figure, Unknown):
        return replace(claim, why=figure.why)
    value = figure.value if isinstance(figure, AtLeast) else figure
    more = "more than " if isinstance(figure, AtLeast) else ""
    said = f"{more}{format_figure(measure.unit, value)}"
    claim = replace(claim, measured=said)
    if isinstance(figure, AtLeast) and bound.holds(value) != bound.upwards:
        return replace(claim, why=f"it was watched for {format_figure(measure.unit, value)} only")
    if not bound.holds(value):
        apart = more + format_apart(measure.unit, value, bound.value)
        return replace(claim, state="refuted", why=f"{measure.name} was {apart}, claimed was {bound.text}")
    if timeline.last_undone_s is None:
        return replace(claim, why="the faults were never all undone")
    if phase == "impact" and not samples:
        return replace(claim, why="nobody came")
    return replace(claim, state="held")


def settled(figure: Found, timeline: Timeline, *, settles: bool) -> Found:
    """What may still get better is not known before the end."""
    if settles and timeline.cut_short_s is not None:
        return Unknown("the run was stopped before its end")
    return figure


def known(figure: Found) -> float | None:
    return figure if isinstance(figure, (int, float)) else None
