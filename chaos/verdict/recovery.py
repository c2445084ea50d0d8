"""Time to recover: how long after the last undo steady state was back, and stayed."""

from __future__ import annotations

from chaos.experiment.claims import back_within
from chaos.experiment.tolerance import Tolerance
from chaos.units import format_duration
from chaos.verdict.busy import TOO_BUSY
from chaos.verdict.claims import offence
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim, Offence, State, TimeToRecover
from chaos.verdict.window import Found, SteadyState


def steady_state_of(timeline: Timeline, *, length_s: float, probed: tuple[Tolerance, ...]) -> SteadyState:
    """`probed`: the bounds on probes that belong to it."""
    plan = timeline.plan
    return SteadyState(
        tolerances=plan.steady_state,
        length_s=length_s,
        samples=plan.experiment.samples,
        probed=probed,
        readings=timeline.readings,
    )


def judge_recovery(timeline: Timeline) -> tuple[Claim, TimeToRecover | None]:
    """Recovered within the bound: held; watched for as long and it did not: refuted; stopped before: undecided."""
    experiment = timeline.plan.experiment
    within = experiment.recovery.within
    text = back_within(within)
    undone = timeline.last_undone_s
    if undone is None:
        return _claim(text, "undecided", why="the faults were never all undone"), None
    length_s = max(experiment.window, experiment.recovery.hold)
    steady = steady_state_of(timeline, length_s=length_s, probed=timeline.plan.probed("recovery"))
    found = steady.first_window(timeline.samples, from_s=undone, finished_s=timeline.traffic_stopped_s)
    if found.window is not None:
        before = found.window.before_s
        recovered = TimeToRecover(
            at_least_s=0.0 if before is None else before - undone, at_most_s=found.window.from_s - undone
        )
        if recovered.at_most_s <= within:
            return _claim(text, "held", measured=format_recovery(recovered)), recovered
        if found.busy:
            return _claim(text, "undecided", measured=format_recovery(recovered), why=TOO_BUSY), recovered
        why = f"it took {format_recovery(recovered)}"
        offender = _first_unserved(timeline)
        return _claim(text, "refuted", measured=format_recovery(recovered), why=why, first=offender), recovered
    return _not_recovered(timeline, text, undone, steady, found), None


def format_recovery(recovered: TimeToRecover) -> str:
    low, high = recovered.at_least_s, recovered.at_most_s
    if low == 0:
        return f"at most {format_duration(high)}"
    return f"{format_duration(low)} to {format_duration(high)}"


def _not_recovered(timeline: Timeline, text: str, undone: float, steady: SteadyState, found: Found) -> Claim:
    within = timeline.plan.experiment.recovery.within
    watched = max(0.0, timeline.traffic_stopped_s - undone)
    if found.busy:
        return _claim(text, "undecided", why=TOO_BUSY)
    if watched < within:
        return _claim(text, "undecided", why=f"recovery was watched for {format_duration(watched)} only")
    if steady.may_begin(timeline.samples, from_s=found.resume_s, to_s=undone + within):
        why = f"recovery was watched for {format_duration(watched)} only, too short to show what began in time"
        return _claim(text, "undecided", why=why)
    why = f"not within {format_duration(within)} (watched {format_duration(round(watched, 1))})"
    return _claim(text, "refuted", measured="never", why=why, first=_first_unserved(timeline))


def _first_unserved(timeline: Timeline) -> Offence | None:
    """The first run after the undo that was not served."""
    journeys = {tolerance.on for tolerance in timeline.plan.steady_state}
    bad = [sample for name in journeys for sample in timeline.recovery(name) if sample.outcome != "served"]
    return offence(min(bad, key=lambda sample: sample.due_s), timeline.answers) if bad else None


def _claim(text: str, state: State, *, measured: str = "", why: str = "", first: Offence | None = None) -> Claim:
    return Claim(phase="recovery", text=text, state=state, measured=measured, why=why, first_offence=first)
