"""What is claimed of the fault phase, held beside the control: the copy of the system without the fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from chaos.experiment.tolerance import Tolerance
from chaos.journal.events import AnswerSeen, Sample
from chaos.measures import MEASURES
from chaos.measures.measure import Interval
from chaos.verdict.busy import Departures
from chaos.verdict.claims import decided as decided_alone
from chaos.verdict.claims import judge_tolerance, offence
from chaos.verdict.figures import format_difference, format_differences, format_figure
from chaos.verdict.verdict import Claim, Offence, State

MISSED_TOO: Final = "the copy without the fault missed it too"
Pair = tuple[Sample, Sample]
"""Two runs of a journey that were due at the same moment: with the fault, and without."""


def judge_beside(
    tolerance: Tolerance,
    samples: Sequence[Sample],
    control: Sequence[Sample],
    *,
    needed: int,
    users: Departures,
    answers: Mapping[str, AnswerSeen],
    over_s: float | None = None,
) -> Claim:
    """What both copies miss is not the fault's doing: of that, nothing can be concluded. Without a control there are
    no samples of it, and the claim is judged by itself.
    """
    if tolerance.bound.against_control:
        return _judge_difference(tolerance, pairs_of(samples, control), needed=needed, answers=answers)
    claim = judge_tolerance(tolerance, samples, needed=needed, users=users, answers=answers, over_s=over_s)
    if not control:
        return claim
    there = judge_tolerance(tolerance, control, needed=needed, users=users, answers={}, over_s=over_s)
    if claim.state == there.state == "refuted":
        why = f"{MISSED_TOO}: {tolerance.measure} was {claim.measured} here and {there.measured} there"
        claim = replace(claim, state="undecided", why=why, first_offence=None)
    return replace(claim, control=there.measured)


def decided(
    tolerance: Tolerance,
    samples: Sequence[Sample],
    control: Sequence[Sample],
    *,
    needed: int,
    over_s: float | None = None,
) -> bool:
    """Whether more samples are not needed."""
    if not tolerance.bound.against_control:
        return decided_alone(tolerance, samples, needed=needed, over_s=over_s)
    return _state(tolerance, pairs_of(samples, control), needed)[0] != "undecided"


def pairs_of(samples: Sequence[Sample], control: Sequence[Sample]) -> Sequence[Pair]:
    """In the order in which they were due; a run without its partner is in no pair."""
    partners = {sample.due_s: sample for sample in control}
    return [(sample, partners[sample.due_s]) for sample in samples if sample.due_s in partners]


def _judge_difference(
    tolerance: Tolerance, pairs: Sequence[Pair], *, needed: int, answers: Mapping[str, AnswerSeen]
) -> Claim:
    state, why = _state(tolerance, pairs, needed)
    claim = Claim(phase="during", text=str(tolerance), state=state, measured="", samples=len(pairs), why=why)
    if not pairs:
        return claim
    unit = MEASURES[tolerance.measure].unit
    ours, theirs = _figures(tolerance, pairs)
    return replace(
        claim,
        measured=format_figure(unit, ours),
        control=format_figure(unit, theirs),
        difference=format_difference(unit, ours - theirs),
        interval=format_differences(unit, _interval(tolerance, pairs)),
        first_offence=_first_offence(tolerance, pairs, answers) if state == "refuted" else None,
    )


def _state(tolerance: Tolerance, pairs: Sequence[Pair], needed: int) -> tuple[State, str]:
    """Refuted only when all of the interval is beyond the bound; held when the difference itself is within it."""
    if len(pairs) < needed:
        return "undecided", f"{len(pairs)} pairs of {needed}"
    bound, unit = tolerance.bound, MEASURES[tolerance.measure].unit
    ours, theirs = _figures(tolerance, pairs)
    low, high = _interval(tolerance, pairs)
    said = (
        f"{tolerance.measure} was {format_figure(unit, ours)}, the control's {format_figure(unit, theirs)}: the "
        f"difference of {format_difference(unit, ours - theirs)} ({format_differences(unit, (low, high))})"
    )
    if not bound.holds(high if bound.upwards else low):
        return "refuted", f"{said} is beyond it"
    if not bound.holds(ours - theirs):
        return "undecided", f"{said} over {len(pairs)} pairs does not decide it"
    return "held", ""


def _figures(tolerance: Tolerance, pairs: Sequence[Pair]) -> tuple[float, float]:
    measure = MEASURES[tolerance.measure]
    return measure.figure([ours for ours, _ in pairs]), measure.figure([theirs for _, theirs in pairs])


def _interval(tolerance: Tolerance, pairs: Sequence[Pair]) -> Interval:
    comparison = MEASURES[tolerance.measure].comparison
    if comparison is None:  # the planner lets no such bound through
        return float("-inf"), float("inf")
    return comparison.interval([ours for ours, _ in pairs], [theirs for _, theirs in pairs])


def _first_offence(tolerance: Tolerance, pairs: Sequence[Pair], answers: Mapping[str, AnswerSeen]) -> Offence | None:
    """The first run that fared worse than its partner by more than the bound allows."""
    bound, counts = tolerance.bound, MEASURES[tolerance.measure].counts
    for ours, theirs in pairs:
        if counts is None:
            against = not bound.holds(ours.took_s - theirs.took_s)
        else:
            against = counts(ours) != bound.upwards and counts(theirs) == bound.upwards
        if against:
            return offence(ours, answers)
    return None
