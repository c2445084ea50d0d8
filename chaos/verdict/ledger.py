"""The ledger: every item that the app acknowledged, against what is really stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chaos.experiment.tolerance import Tolerance, parse_bound
from chaos.journal.events import AuditTaken
from chaos.measures import AUDIT_MEASURES
from chaos.units import format_duration
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim, Ledger, State


def open_ledger(timeline: Timeline, audit: AuditTaken) -> Ledger:
    """Counts ids with their repetitions, so that an app that acknowledges two items under one id loses one of them."""
    journey = timeline.plan.system.audit[audit.audit].of
    samples = timeline.samples[journey]
    acknowledged = Counter(sample.acknowledged for sample in samples if sample.acknowledged is not None)
    stored = Counter(audit.stored)
    missing = acknowledged - stored
    waiting = set(audit.pending)
    unacknowledged = [sample for sample in samples if sample.acknowledged is None]
    return Ledger(
        audit=audit.audit,
        journey=journey,
        acknowledged=acknowledged.total(),
        stored=stored.total(),
        lost=tuple(sorted(item for item in missing.elements() if item not in waiting)),
        duplicated=tuple(sorted(item for item, count in stored.items() if count > max(1, acknowledged[item]))),
        pending=tuple(sorted(item for item in missing.elements() if item in waiting)),
        refused=sum(sample.status is not None for sample in unacknowledged),
        unknown=sum(sample.status is None for sample in unacknowledged),
        phantom=sum(item not in acknowledged for item in stored.elements()),
    )


def judge_audits(timeline: Timeline, ledgers: tuple[Ledger, ...]) -> Iterator[Claim]:
    """`pending` must be 0 unless the experiment says otherwise: an item on its way for ever is lost, too."""
    by_name = {ledger.audit: ledger for ledger in ledgers}
    for name, bounds in timeline.plan.experiment.audit.items():
        tolerances = list(bounds.tolerances(name))
        if all(tolerance.measure != "pending" for tolerance in tolerances):
            tolerances.append(Tolerance(name, "pending", parse_bound(AUDIT_MEASURES["pending"], 0)))
        for tolerance in tolerances:
            yield _judge(tolerance, by_name.get(name), timeline)


def _judge(tolerance: Tolerance, ledger: Ledger | None, timeline: Timeline) -> Claim:
    if ledger is None:
        return Claim(phase="audit", text=str(tolerance), state="undecided", measured="", why="the audit was not taken")
    items: tuple[str, ...] = getattr(ledger, tolerance.measure)
    measured, why = str(len(items)), ""
    state: State = "held"
    if not tolerance.bound.holds(len(items)):
        state = "refuted"
        waited = timeline.plan.system.audit[ledger.audit].within
        named = ", ".join(items[:3]) + (", ..." if len(items) > 3 else "")
        why = f"{measured} of {ledger.acknowledged} {tolerance.measure} after {format_duration(waited)}: {named}"
    elif ledger.acknowledged == 0:
        state, why = "undecided", "nothing was acknowledged, so nothing could be lost"
    text, count = str(tolerance), ledger.acknowledged
    return Claim(phase="audit", text=text, state=state, measured=measured, samples=count, why=why)
