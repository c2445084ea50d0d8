"""The ledger: every item that the app acknowledged, against what is really stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from chaos.experiment.claims import unsaid
from chaos.experiment.tolerance import Tolerance
from chaos.journal.events import GAVE_UP_BEFORE, AuditTaken
from chaos.units import format_duration
from chaos.verdict.items import follow_items
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim, Ledger, State


def open_ledger(timeline: Timeline, audit: AuditTaken) -> Ledger:
    journey = timeline.plan.system.audit[audit.audit].of
    samples = timeline.samples[journey]
    items = tuple(follow_items(samples, audit))
    acknowledged = Counter(sample.acknowledged for sample in samples if sample.acknowledged is not None)
    stored = Counter(audit.stored)
    copies = tuple(_copies(acknowledged, audit, Counter(sample.checksum for sample in samples)))
    of_more = (name for name, count in stored.items() if count > max(1, acknowledged[name]))
    unacknowledged = [sample for sample in samples if sample.acknowledged is None and sample.failure != GAVE_UP_BEFORE]
    return Ledger(
        audit=audit.audit,
        journey=journey,
        acknowledged=acknowledged.total(),
        stored=stored.total(),
        lost=_ids(item.id for item in items if item.fate == "lost"),
        duplicated=_ids({*of_more, *copies}),
        pending=_ids(item.id for item in items if item.fate == "pending"),
        refused=sum(sample.status is not None for sample in unacknowledged),
        unknown=sum(sample.status is None for sample in unacknowledged),
        phantom=sum(name not in acknowledged and name not in copies for name in stored.elements()),
        corrupted=_ids(item.id for item in items if item.fate == "corrupted"),
        untruthful=sum(item.truthful is False for item in items),
        items=tuple(item for item in items if item.fate != "stored" or item.truthful is False),
    )


def _copies(acknowledged: Counter[str], audit: AuditTaken, sent: Counter[str | None]) -> Iterator[str]:
    """Ids under which something is stored that was sent, but not so often. Those that were acknowledged come first."""
    seen: Counter[str] = Counter()
    named = zip(audit.stored, audit.checksums, strict=False)
    for name, content in sorted(named, key=lambda each: each[0] not in acknowledged):
        seen[content] += 1
        if 0 < sent[content] < seen[content] and name not in acknowledged:
            yield name


def _ids(found: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted(name for name in found if name is not None))


def judge_audits(timeline: Timeline, ledgers: tuple[Ledger, ...]) -> Iterator[Claim]:
    by_name = {ledger.audit: ledger for ledger in ledgers}
    for name, bounds in timeline.plan.experiment.audit.items():
        taken = timeline.audits.get(name)
        implied = unsaid(name, bounds, checksums=taken is not None and bool(taken.checksums))
        if (ledger := by_name.get(name)) is not None and not ledger.acknowledged:
            implied = ()  # nothing that could be on its way or damaged
        for tolerance in (*bounds.tolerances(name), *implied):
            yield _judge(tolerance, by_name.get(name), timeline)


def _judge(tolerance: Tolerance, ledger: Ledger | None, timeline: Timeline) -> Claim:
    if ledger is None:
        return Claim(phase="audit", text=str(tolerance), state="undecided", measured="", why="the audit was not taken")
    found: tuple[str, ...] | int = getattr(ledger, tolerance.measure)
    figure = found if isinstance(found, int) else len(found)
    measured, why = str(figure), ""
    state: State = "held"
    if not tolerance.bound.holds(figure):
        state = "refuted"
        waited = timeline.plan.system.audit[ledger.audit].within
        why = f"{measured} of {ledger.acknowledged} {tolerance.measure} after {format_duration(waited)}"
        if not isinstance(found, int):
            why += f": {', '.join(found[:3])}" + (", ..." if len(found) > 3 else "")
    elif ledger.acknowledged == 0 and tolerance.measure != "phantom":
        state, why = "undecided", "nothing was acknowledged, so nothing could be lost"
    text, count = str(tolerance), ledger.acknowledged
    return Claim(phase="audit", text=text, state=state, measured=measured, samples=count, why=why)
