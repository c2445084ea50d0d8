"""Claims on probes: each answer must keep its bound, and a probe that failed keeps none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chaos.experiment.tolerance import Tolerance
from chaos.journal.events import ProbeTaken
from chaos.units import format_duration
from chaos.verdict.figures import format_apart, format_figure
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim
from chaos.verdict.window import keeps


def judge_probes(timeline: Timeline) -> Iterator[Claim]:
    """Those for the time in which the faults are on; the others are part of the steady state."""
    first, last = timeline.first_injected_s, timeline.last_undo_issued_s
    for tolerance in timeline.plan.probed("during"):
        answers = [
            each
            for each in _answers(timeline, tolerance.on)
            if first is not None and first <= each.at_s and (last is None or each.at_s <= last)
        ]
        yield _judge(tolerance, answers, ended=last is not None)


def unsteady_probes(timeline: Timeline, probed: Iterable[Tolerance], *, until_s: float) -> Iterator[str]:
    """Why a baseline can't have been steady. `probed`: the bounds on probes in it."""
    for tolerance in probed:
        answers = [each for each in _answers(timeline, tolerance.on) if each.at_s <= until_s]
        claim = _judge(tolerance, answers, ended=True)
        if claim.state != "held":
            yield f"{claim.text}: {claim.why}"


def _answers(timeline: Timeline, probe: str) -> Iterator[ProbeTaken]:
    return (each for each in timeline.readings if each.probe == probe)


def _judge(tolerance: Tolerance, answers: Sequence[ProbeTaken], *, ended: bool) -> Claim:
    text = str(tolerance)
    bad = next((each for each in answers if not keeps(tolerance, each)), None)
    worst = _worst(tolerance, answers)
    measured = "" if worst is None else format_figure("number", worst)
    if bad is not None:
        figure = f"it was {format_apart('number', bad.figure, tolerance.bound.value)}" if bad.figure is not None else ""
        why = f"{figure or f'it failed: {bad.failure}'}, first at {format_duration(round(bad.at_s, 2))}"
        return Claim(phase="probes", text=text, state="refuted", measured=measured, samples=len(answers), why=why)
    if not answers or not ended:
        why = "it never answered in that time" if not answers else "the faults were never all undone"
        return Claim(phase="probes", text=text, state="undecided", measured=measured, samples=len(answers), why=why)
    return Claim(phase="probes", text=text, state="held", measured=measured, samples=len(answers))


def _worst(tolerance: Tolerance, answers: Sequence[ProbeTaken]) -> float | None:
    figures = [each.figure for each in answers if each.figure is not None]
    return (min if tolerance.bound.upwards else max)(figures, default=None)
