"""The judge: one journal in, one verdict out."""

from __future__ import annotations

import math
import signal
from collections.abc import Iterable, Iterator
from dataclasses import replace

from chaos.errors import BUG, SIGNALLED, UNDO_FAILED
from chaos.experiment.tolerance import Tolerance
from chaos.journal import events as e
from chaos.measures import MEASURES
from chaos.units import format_duration
from chaos.verdict.beside import judge_beside
from chaos.verdict.busy import TOO_BUSY, Departures, departures
from chaos.verdict.claims import judge_tolerance
from chaos.verdict.detection import judge_detection, what_was_detected
from chaos.verdict.findings import find, judge_rules
from chaos.verdict.impact import judge_impact, traffic_on_links, what_users_suffered
from chaos.verdict.ledger import judge_audits, open_ledger
from chaos.verdict.probed import judge_probes, unsteady_probes
from chaos.verdict.proof import prove
from chaos.verdict.recovery import judge_recovery, steady_state_of
from chaos.verdict.seen import what_users_saw
from chaos.verdict.series import fault_spans, series_of
from chaos.verdict.shape import judge_shape, shape_of
from chaos.verdict.story import tell_story
from chaos.verdict.stuck import judge_stuck, stuck_s
from chaos.verdict.timeline import Timeline, read_timeline
from chaos.verdict.verdict import (
    EXIT_CODES,
    Claim,
    Offence,
    Proof,
    Span,
    Tally,
    TimeToRecover,
    Verdict,
    Word,
)

LONGEST_QUOTE = 140


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
    word, reasons = _decide(timeline, claims, proofs)
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
        phases=tuple(_spans(timeline)),
        tallies=tuple(_tallies(timeline)),
        control=tuple(_tallies(timeline.of_control)),
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
            yield replace(claim, text=f"{tolerance} while {fault.name!r} is on")


def _decide(timeline: Timeline, claims: list[Claim], proofs: tuple[Proof, ...]) -> tuple[Word, list[str]]:
    """error > aborted > baseline not held or a fault unproven > refuted > undecided > passed; all reasons are kept.

    What only follows from the deciding reason is not one: of a run that was stopped, every other claim is undecided.
    """
    errors = [*_errors(timeline)]
    stopped = [*_tripped(timeline)]
    stopped += [f"stopped by {_signal_name(event.signal)}" for event in [timeline.interrupted] if event is not None]
    refuted = [*_reasons(claim for claim in claims if claim.state == "refuted")]
    if errors:
        return "error", [*errors, *stopped, *refuted]
    if stopped:
        return "aborted", [*stopped, *refuted]
    baseline = [*_baseline(timeline)]
    if baseline and not timeline.injected:
        return "inconclusive", baseline
    unproven = [f"the fault {proof.fault!r} took no effect: {proof.evidence}" for proof in proofs if not proof.acted]
    undecided = [_reason(claim) for claim in claims if claim.state == "undecided"]
    if baseline or unproven:
        return "inconclusive", [*baseline, *unproven, *refuted, *undecided]
    if refuted:
        return "failed", refuted if timeline.cut_short_s is not None else [*refuted, *undecided]
    if undecided:
        return "inconclusive", undecided
    return "passed", []


def _errors(timeline: Timeline) -> Iterator[str]:
    for failure in timeline.undo_failures:
        yield failure.undo.not_done(failure.reason)
    if timeline.tool_failed is not None:
        last_line = timeline.tool_failed.traceback.strip().rpartition("\n")[2]
        yield f"a bug in Gatecrash itself: {last_line}"
    for broke in timeline.broke:
        yield broke.reason
    if not timeline.ended and not timeline.interrupted:
        yield "the run ended without a last word: it was killed, or is still going on"


def _tripped(timeline: Timeline) -> Iterator[str]:
    if (event := timeline.tripped) is not None:
        yield f"a safeguard stopped it: {event.safeguard} ({event.measured} of {event.samples} runs)"


def _baseline(timeline: Timeline) -> Iterator[str]:
    """The baseline held when something was injected: the runner injects only then. Checked all the same, and of the
    copy without the fault as well: what is not steady says nothing of what a fault changes.
    """
    if "baseline" not in timeline.phases:
        yield "there was no baseline"
        return
    yield from _unsteady(timeline, "baseline", probed=timeline.plan.probed("steady_state"))
    if timeline.plan.experiment.control:
        yield from _unsteady(timeline.of_control, "baseline of the control", probed=())


def _unsteady(timeline: Timeline, which: str, *, probed: tuple[Tolerance, ...]) -> Iterator[str]:
    plan = timeline.plan
    began, until = timeline.phases["baseline"], timeline.first_injected_s
    steady = steady_state_of(timeline, length_s=plan.experiment.window, probed=probed)
    before = {name: timeline.baseline(name) for name in timeline.samples}
    found = steady.first_window(before, from_s=began, finished_s=timeline.last_s if until is None else until)
    if found.window is not None:
        return
    within = format_duration(plan.experiment.baseline.within)
    if found.busy:
        yield f"the {which} could not be judged: {TOO_BUSY}"
        return
    if until is None:
        yield f"the {which} did not hold within {within}, so nothing was broken on purpose"
    else:
        yield f"the {which} did not hold before the first fault"
    claims = (
        judge_tolerance(
            tolerance,
            before[tolerance.on],
            needed=plan.experiment.samples,
            users=Departures.ON_TIME,
            answers=timeline.answers,
        )
        for tolerance in plan.steady_state
    )
    for reason in _reasons(claim for claim in claims if claim.state != "held"):
        yield f"in the {which}, {reason}"
    for reason in unsteady_probes(timeline, probed, until_s=timeline.last_s if until is None else until):
        yield f"in the {which}, {reason}"


def _reason(claim: Claim) -> str:
    return f"{claim.text}: {claim.why}" if claim.why else claim.text


def _reasons(claims: Iterable[Claim]) -> Iterator[str]:
    """Each with the first answer that counts against it; the same answer is quoted once."""
    quoted: set[str] = set()
    for claim in claims:
        quote = _quote(claim.first_offence) if claim.first_offence is not None else ""
        new = quote if quote not in quoted else ""
        quoted.add(quote)
        yield f"{_reason(claim)}; {new}" if new else _reason(claim)


def _quote(first: Offence) -> str:
    """What the first user got that it happened to."""
    when = f"first at {format_duration(round(first.due_s, 2))}"
    if first.outcome == "served":
        return f"{when}: it took {format_duration(round(first.took_s, 3))}"
    status = f"{first.status} " if first.status is not None else ""
    said = first.says if len(first.says) <= LONGEST_QUOTE else first.says[: LONGEST_QUOTE - 3].rstrip() + "..."
    rules = f" [{', '.join(first.rules)}]" if first.rules else ""
    return f"{when}: {status}{said!r}{rules}"


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


def _signal_name(number: int) -> str:
    names = {signal.SIGINT: "Ctrl-C", 0: "its author"}
    return names.get(number) or signal.Signals(number).name


def _spans(timeline: Timeline) -> Iterator[Span]:
    began = [*timeline.phases.items()]
    ends = [*(from_s for _, from_s in began[1:]), timeline.last_s if timeline.ended else None]
    for (phase, from_s), to_s in zip(began, ends, strict=False):
        yield Span(phase=phase, from_s=from_s, to_s=to_s)


def _tallies(timeline: Timeline) -> Iterator[Tally]:
    for journey in timeline.samples:
        for phase in ("baseline", "during", "recovery"):
            samples = getattr(timeline, phase)(journey)
            count = dict.fromkeys(("served", "degraded", "broken"), 0)
            for sample in samples:
                count[sample.outcome] += 1
            if samples:
                p50, p95 = (MEASURES[name].figure(samples) for name in ("p50", "p95"))
                low, high = MEASURES["p95"].interval(samples)
                interval = (low, high if math.isfinite(high) else None)
                yield Tally(journey=journey, phase=phase, p50_s=p50, p95_s=p95, p95_interval_s=interval, **count)
