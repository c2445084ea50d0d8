"""Whether one tolerance holds over a set of samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chaos.experiment.tolerance import Tolerance
from chaos.journal.events import AnswerSeen, Sample
from chaos.measures import MEASURES
from chaos.verdict.busy import TOO_BUSY, Departures, in_time
from chaos.verdict.confidence import judge_share
from chaos.verdict.figures import format_apart, format_figure, format_interval
from chaos.verdict.verdict import Claim, Offence, State


def judge_tolerance(
    tolerance: Tolerance,
    samples: Sequence[Sample],
    *,
    needed: int,
    users: Departures,
    answers: Mapping[str, AnswerSeen],
    over_s: float | None = None,
) -> Claim:
    """Too few samples can stop a pass, never a refutation, and so can users that came `TOO_LATE`. Users that came late
    at all can stop a refutation by how long they had to wait.

    `over_s`: how long the samples were collected.
    """
    measure = MEASURES[tolerance.measure]
    state, why = _state(tolerance, samples, needed=needed, users=users, over_s=over_s)
    return Claim(
        phase="during",
        text=str(tolerance),
        state=state,
        measured=format_figure(measure.unit, measure.figure(samples, over_s=over_s)) if samples else "",
        samples=len(samples),
        interval=format_interval(measure.unit, measure.interval(samples, over_s=over_s)) if samples else "",
        why=why,
        first_offence=_first_offence(tolerance, samples, answers) if state == "refuted" else None,
    )


def decided(tolerance: Tolerance, samples: Sequence[Sample], *, needed: int, over_s: float | None = None) -> bool:
    """Whether more samples are not needed."""
    return _state(tolerance, samples, needed=needed, over_s=over_s)[0] != "undecided"


def refuted(tolerance: Tolerance, samples: Sequence[Sample], *, needed: int) -> bool:
    """Whether the bound would be missed even if all that are missing of the needed samples were good."""
    return _state(tolerance, samples, needed=needed)[0] == "refuted"


def _state(
    tolerance: Tolerance,
    samples: Sequence[Sample],
    *,
    needed: int,
    users: Departures = Departures.ON_TIME,
    over_s: float | None = None,
) -> tuple[State, str]:
    state, why = _by_figures(tolerance, samples, needed=needed, over_s=over_s)
    if state == "undecided" or users is Departures.ON_TIME:
        return state, why
    if MEASURES[tolerance.measure].unit == "duration":
        shown = state == "held" and users is Departures.LATE and not tolerance.bound.upwards
    else:
        shown = users is Departures.LATE if state == "held" else _refuted_by_answers(tolerance, samples, over_s)
    return (state, why) if shown else ("undecided", TOO_BUSY)


def _refuted_by_answers(tolerance: Tolerance, samples: Sequence[Sample], over_s: float | None) -> bool:
    """Not only by answers that did not come in time."""
    return _by_figures(tolerance, in_time(samples), needed=0, over_s=over_s)[0] == "refuted"


def _by_figures(
    tolerance: Tolerance, samples: Sequence[Sample], *, needed: int, over_s: float | None
) -> tuple[State, str]:
    measure, bound = MEASURES[tolerance.measure], tolerance.bound
    missing = max(0, needed - len(samples))
    if bound.confidence is not None and measure.hits is not None:
        return judge_share(bound, measure.name, measure.hits(samples), missing=missing)
    if not bound.holds(measure.figure(samples, missing, upwards=bound.upwards, over_s=over_s)):
        said = format_apart(measure.unit, measure.figure(samples, over_s=over_s), bound.value)
        return "refuted", f"{measure.name} was {said}, claimed was {bound.text}"
    if missing:
        return "undecided", f"{len(samples)} samples of {needed}"
    return "held", ""


def _first_offence(
    tolerance: Tolerance, samples: Sequence[Sample], answers: Mapping[str, AnswerSeen]
) -> Offence | None:
    measure = MEASURES[tolerance.measure]
    counts = measure.counts
    if counts is None:
        against = (sample for sample in samples if not tolerance.bound.holds(sample.took_s))
    else:
        against = (sample for sample in samples if counts(sample) != tolerance.bound.upwards)
    first = next(against, None)
    return offence(first, answers) if first is not None else None


def offence(sample: Sample, answers: Mapping[str, AnswerSeen]) -> Offence:
    return Offence(
        journey=sample.journey,
        due_s=sample.due_s,
        outcome=sample.outcome,
        took_s=sample.took_s,
        status=sample.status,
        says=says(sample, answers),
        rules=sample.rules,
    )


def says(sample: Sample, answers: Mapping[str, AnswerSeen]) -> str:
    """What this run's user got: the page's words, or why there were none."""
    answer = answers.get(sample.answer or "")
    return sample.failure or (answer.says if answer else "")
