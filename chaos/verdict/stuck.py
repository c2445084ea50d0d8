"""A stuck breaker: what was broken is healthy again, seen round the proxies, and the app goes on refusing."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.claims import not_stuck
from chaos.journal.events import HEALTH
from chaos.units import format_duration
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim, TimeToRecover


def healthy_s(timeline: Timeline) -> float | None:
    """When the last of the services behind the broken links was seen healthy after the last undo; None: not all."""
    undone_s = timeline.last_undone_s
    wanted = timeline.plan.broken_services
    if undone_s is None or not wanted:
        return None
    seen = {each.probe: each.at_s for each in timeline.readings if each.figure == 1 and each.at_s >= undone_s}
    moments = [seen.get(f"{HEALTH}{service}") for service in wanted]
    known = [moment for moment in moments if moment is not None]
    return max(known) if len(known) == len(moments) else None


def stuck_s(timeline: Timeline, recovered: TimeToRecover | None) -> float | None:
    """From then until steady state was back, or until no more was watched."""
    since_s, undone_s = healthy_s(timeline), timeline.last_undone_s
    if since_s is None or undone_s is None:
        return None
    until_s = timeline.traffic_stopped_s if recovered is None else undone_s + recovered.at_most_s
    return max(0.0, until_s - since_s)


def judge_stuck(timeline: Timeline, recovered: TimeToRecover | None) -> Iterator[Claim]:
    """Only what the experiment asks for."""
    bound = timeline.plan.experiment.recovery.stuck
    if bound is None or not timeline.injected:
        return
    text = not_stuck(bound)
    found = stuck_s(timeline, recovered)
    names = " and ".join(timeline.plan.broken_services)
    if found is None:
        yield Claim(phase="recovery", text=text, state="undecided", measured="", why=f"{names} was not seen healthy")
    elif found > bound:
        measured = format_duration(found)
        went_on = "went on refusing" if recovered is None else "took"
        why = f"{names} was healthy, and the app {went_on} {'for ' if recovered is None else ''}{measured} more"
        yield Claim(phase="recovery", text=text, state="refuted", measured=measured, why=why)
    elif recovered is None:
        why = f"it was watched for {format_duration(found)} only"
        yield Claim(phase="recovery", text=text, state="undecided", measured="", why=why)
    else:
        yield Claim(phase="recovery", text=text, state="held", measured=format_duration(found))
