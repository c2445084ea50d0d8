"""The judge: one journal in, one verdict out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from chaos.errors import BUG, SIGNALLED, UNDO_FAILED
from chaos.experiment.claims import while_on
from chaos.journal import events as e
from chaos.measures import MEASURES
from chaos.verdict.beside import judge_beside
from chaos.verdict.busy import TOO_BUSY, Departures, departures
from chaos.verdict.claims import judge_tolerance
from chaos.verdict.deciding import decide
from chaos.verdict.detection import judge_detection, what_was_detected
from chaos.verdict.findings import find, judge_rules
from chaos.verdict.impact import judge_impact, traffic_on_links, what_users_suffered
from chaos.verdict.ledger import judge_audits, open_ledger
from chaos.verdict.probed import judge_probes
from chaos.verdict.proof import prove
from chaos.verdict.recovery import judge_recovery
from chaos.verdict.seen import what_users_saw
from chaos.verdict.series import fault_spans, series_of
from chaos.verdict.shape import judge_shape, shape_of
from chaos.verdict.story import tell_story
from chaos.verdict.stuck import judge_stuck, stuck_s
from chaos.verdict.tallies import spans_of, tallies_of
from chaos.verdict.timeline import Timeline, read_timeline
from chaos.verdict.verdict import (
    EXIT_CODES,
    Claim,
    TimeToRecover,
    Verdict,
    Word,
)


def judge(events: Iterable[e.Event]) -> Verdict:
    """Raises `EnvironmentFailed` when the journal has no plan to judge by."""
    timeline = read_timeline(events)
    plan = timeline.plan
    ledgers = tuple(open_ledger(timeline, audit) for audit in timeline.audits.values())
    claims, recovered = [*_during(timeline), *_while_on(timeline), *judge_probes(timeline)], None
    if timeline.injected:
        recovery_claim, recovered = judge_recovery(timeline)
        claims.append(recovery_claim)
    shape = shape_of(timeline, recovered=recovered is not None)
    claims.extend(judge_shape(timeline, shape))
    claims.extend(judge_stuck(timeline, recovered))
    claims.extend(judge_detection(timeline))
    claims.extend(judge_impact(timeline))
    claims.extend(judge_audits(timeline, ledgers))
    findings, not_checked = find(timeline, tell_story(timeline, ledgers))
    claims.extend(judge_rules(timeline, findings))
    proofs = tuple(prove(fault, timeline) for fault in plan.faults)
    word, reasons = decide(timeline, claims, proofs)
    undone = timeline.last_undone_s
    return Verdict(
        id=plan.id,
        title=plan.experiment.name,
        why=plan.experiment.why,
        file=plan.file,
        tags=plan.experiment.tags,
        catches=plan.experiment.catches,
        variant=plan.variant,
        seed=plan.seed,
        gatecrash=timeline.start.gatecrash,
        rules=timeline.start.rules,
        wall_time=timeline.start.wall_time,
        attempt=timeline.start.attempt,
        repetition=timeline.start.repetition,
        served=timeline.start.served,
        muted=plan.muted,
        verdict=word,
        busy=any(TOO_BUSY in reason for reason in reasons),
        exit_code=_exit_code(timeline, word),
        reasons=tuple(reasons),
        warnings=tuple(_warnings(timeline)),
        claims=tuple(claims) if word in {"passed", "failed", "inconclusive"} else (),
        proofs=proofs,
        recovered=recovered,
        shape=shape,
        stuck_s=stuck_s(timeline, recovered),
        detected=what_was_detected(timeline),
        suffered=tuple(what_users_suffered(timeline)),
        traffic=tuple(traffic_on_links(timeline)),
        watched_recovery_s=None if undone is None else max(0.0, timeline.traffic_stopped_s - undone),
        phases=tuple(spans_of(timeline)),
        tallies=tuple(tallies_of(timeline)),
        control=tuple(tallies_of(timeline.of_control)),
        boundary=sum(len(timeline.boundary(journey)) for journey in timeline.samples),
        ledgers=ledgers,
        seen=what_users_saw(timeline),
        findings=findings,
        not_checked=not_checked,
        faults=tuple(fault_spans(timeline)),
        recovered_at_s=_recovered_at_s(undone, recovered),
        series=tuple(series_of(timeline)),
        plan=plan,
        took_s=timeline.last_s,
    )


def _during(timeline: Timeline) -> Iterator[Claim]:
    """A lack of samples is only possible in the fault phase as a whole: every tolerance is judged over all of it."""
    plan = timeline.plan
    until = timeline.last_undo_issued_s
    end_s = math.inf if until is None else until
    users = departures(((timeline.during(journey), end_s) for journey in timeline.samples), plan.during)
    for tolerance in plan.during:
        samples = timeline.during(tolerance.on)
        yield judge_beside(
            tolerance,
            samples,
            timeline.of_control.during(tolerance.on),
            needed=plan.experiment.samples,
            users=users,
            answers=timeline.answers,
            over_s=timeline.during_s,
        )


def _while_on(timeline: Timeline) -> Iterator[Claim]:
    """What is claimed for the time of one fault alone."""
    plan = timeline.plan
    for fault in plan.faults:
        users = departures(
            (each for journey in timeline.samples for each in timeline.times_on(fault.name, journey)), fault.during
        )
        for tolerance in fault.during:
            claim = judge_beside(
                tolerance,
                timeline.while_on(fault.name, tolerance.on),
                timeline.of_control.while_on(fault.name, tolerance.on),
                needed=plan.experiment.samples,
                users=users,
                answers=timeline.answers,
            )
            yield replace(claim, text=while_on(tolerance, fault.name))


def _warnings(timeline: Timeline) -> Iterator[str]:
    """A whole baseline that misses a bound which its window met; a run that stopped before its end."""
    if timeline.cut_short_s is not None:
        yield "stopped as soon as a claim was refuted; what else was claimed was not looked at to the end"
    if not timeline.injected:
        return
    for tolerance in timeline.plan.steady_state:
        samples = timeline.baseline(tolerance.on)
        figure = MEASURES[tolerance.measure].figure(samples)
        if samples and not tolerance.bound.holds(figure):
            claim = judge_tolerance(tolerance, samples, needed=0, users=Departures.ON_TIME, answers={})
            yield f"over the whole baseline, {tolerance} did not hold ({claim.measured}); only one stretch was steady"


def _exit_code(timeline: Timeline, word: Word) -> int:
    if timeline.undo_failures:
        return UNDO_FAILED
    if timeline.interrupted is not None and timeline.interrupted.signal and not timeline.tool_failed:
        return SIGNALLED + timeline.interrupted.signal
    return BUG if timeline.tool_failed is not None else EXIT_CODES[word]


def _recovered_at_s(undone_s: float | None, recovered: TimeToRecover | None) -> float | None:
    return None if undone_s is None or recovered is None else undone_s + recovered.at_most_s
