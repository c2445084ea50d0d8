"""What the faults cost in all: what users of journeys went through, and what became of the traffic on links."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.plan import PlannedFault
from chaos.faults.fault import TakeDown
from chaos.measures import IMPACT_MEASURES, LINK_MEASURES
from chaos.measures.abandonment import GAVE_UP_BEFORE
from chaos.measures.course import Course, LinkCourse
from chaos.measures.on_links import amplification_before
from chaos.verdict.found import judge_figure, known, settled
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim, LinkTraffic, Suffered


def judge_impact(timeline: Timeline) -> Iterator[Claim]:
    """What was said of journeys and links, over the whole run. Without a fault nothing can be said."""
    if not timeline.injected:
        return
    for tolerance in timeline.plan.impact:
        journey = IMPACT_MEASURES[tolerance.measure]
        figure = settled(journey.figure(_course(timeline, tolerance.on)), timeline, settles=journey.settles)
        yield judge_figure("impact", tolerance, journey, figure, timeline, samples=len(timeline.after(tolerance.on)))
    for tolerance in timeline.plan.links:
        link = LINK_MEASURES[tolerance.measure]
        figure = settled(link.figure(_link_course(timeline, tolerance.on)), timeline, settles=link.settles)
        yield judge_figure("links", tolerance, link, figure, timeline)


def what_users_suffered(timeline: Timeline) -> Iterator[Suffered]:
    if not timeline.injected:
        return
    for name, journey in timeline.plan.system.journeys.items():
        course = _course(timeline, name)
        lost_s = IMPACT_MEASURES["lost_user_seconds"].figure(course)
        gone = IMPACT_MEASURES["abandonment"].figure(course)
        yield Suffered(
            journey=name,
            lost_user_s=known(lost_s) or 0.0,
            abandonment=known(gone) if journey.give_up is not None else None,
        )


def traffic_on_links(timeline: Timeline) -> Iterator[LinkTraffic]:
    """Links that nobody counted on are left out."""
    counted = {link for event in timeline.counts for link in event.connections_by_link}
    for name in timeline.plan.system.links if timeline.injected else ():
        if name in counted:
            course = _link_course(timeline, name)
            during, after, herd = (known(LINK_MEASURES[each].figure(course)) for each in LINK_MEASURES)
            before = known(amplification_before(course))
            yield LinkTraffic(link=name, before=before, during=during, after=after, herd=herd, counted=course.of)


def _course(timeline: Timeline, journey: str) -> Course:
    return Course(samples=timeline.after(journey), until_s=timeline.traffic_stopped_s)


def _link_course(timeline: Timeline, link: str) -> LinkCourse:
    """The counts that frame the phases stand in the journal just before and after them."""
    injected = [event.issued_s for event in timeline.injected.values()]
    broken_s = max((event.at_s for event in timeline.counts if event.at_s <= min(injected)), default=min(injected))
    baseline_s = timeline.phases.get("baseline", 0.0)
    began_s = max((event.at_s for event in timeline.counts if event.at_s <= baseline_s), default=baseline_s)
    read = bool(timeline.counts) and all(link in each.requests_by_link for each in timeline.counts)
    counted = [each.requests_by_link if read else each.connections_by_link for each in timeline.counts]
    return LinkCourse(
        counts=[(each.at_s, count.get(link, 0)) for each, count in zip(timeline.counts, counted, strict=True)],
        of="requests" if read else "connections",
        sent=_requests(timeline),
        began_s=began_s,
        broken_s=broken_s,
        undone_s=timeline.last_undone_s,
        until_s=timeline.traffic_stopped_s,
        blind=any(_takes_down(fault, link) for fault in timeline.plan.faults),
        carried=timeline.carried.get(link, 0) > 0,
    )


def _takes_down(fault: PlannedFault, link: str) -> bool:
    return fault.entry.on_link == link and isinstance(fault.entry.change, TakeDown)


def _requests(timeline: Timeline) -> list[float]:
    """When users sent something, each request once. Those of later steps count from when their run began."""
    sent: list[float] = []
    for samples in timeline.samples.values():
        for sample in samples:
            if sample.failure != GAVE_UP_BEFORE:
                sent += [sample.left_s] * (sample.step + 1)
                sent += [each.at_s for each in sample.tries] + [each.at_s for each in sample.echoes]
    return sorted(sent)
