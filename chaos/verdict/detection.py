"""How soon trouble was noticed: by the app itself, and by the users who report it."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.journal.events import STATUS_PAGE, Sample
from chaos.measures import DETECT_MEASURES
from chaos.measures.course import NoticeCourse, Unknown
from chaos.verdict.found import judge_figure, known
from chaos.verdict.reporting import Reporters
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim, Detected


def judge_detection(timeline: Timeline) -> Iterator[Claim]:
    course = _course(timeline)
    if course is not None:
        for tolerance in timeline.plan.detect:
            measure = DETECT_MEASURES[tolerance.measure]
            figure = Unknown("its faults were muted") if timeline.plan.muted else measure.figure(course)
            yield judge_figure("detect", tolerance, measure, figure, timeline)


def what_was_detected(timeline: Timeline) -> Detected | None:
    course = _course(timeline)
    if course is None:
        return None
    told, reported = (known(measure.figure(course)) for measure in DETECT_MEASURES.values())
    return Detected(told_s=told, reported_s=reported)


def _course(timeline: Timeline) -> NoticeCourse | None:
    """Notices on a journey that shows them also when all is well prove nothing. None: nothing was broken."""
    broken_s = timeline.first_injected_s
    if broken_s is None:
        return None
    said: list[float] = []
    for journey in timeline.samples:
        before = timeline.baseline(journey)
        if not any(sample.notice for sample in before):
            said += (at_s for sample in timeline.after(journey) for at_s in _notices(sample))
    pages = [each for each in timeline.readings if each.probe == STATUS_PAGE]
    said += (each.at_s for each in pages if each.figure == 0 and each.at_s >= broken_s)
    return NoticeCourse(
        said_before=any(each.figure == 0 and each.at_s < broken_s for each in pages),
        said=[at_s - broken_s for at_s in said],
        reported=sorted(at_s - broken_s for at_s in _reports(timeline)),
        threshold=timeline.plan.system.detect.reports.threshold,
        until_s=max(0.0, timeline.traffic_stopped_s - broken_s),
    )


def _notices(sample: Sample) -> Iterator[float]:
    if sample.notice:
        yield sample.ended_s
    yield from (each.ended_s for each in sample.tries if each.notice)


def _reports(timeline: Timeline) -> Iterator[float]:
    plan = timeline.plan
    reporters = Reporters(seed=plan.seed, share=plan.system.detect.reports.share)
    for journey in timeline.samples:
        yield from (sample.ended_s for sample in timeline.after(journey) if reporters.reports(sample))
