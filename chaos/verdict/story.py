"""The journal as the rules on a whole run want it told: who came when, what he was told, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from chaos.journal.events import GAVE_UP_BEFORE, Sample
from chaos.rules.story import Coming, Echo, ItemState, Story
from chaos.units import format_duration
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Ledger

_STATES: Mapping[str, ItemState] = {
    "stored": "stored",
    "lost": "lost",
    "pending": "pending",
    "duplicated": "duplicated",
    "corrupted": "corrupted",
    "phantom": "stored",
    "refused": "lost",
    "unknown": "lost",
}
_ON_TIME = 0.9
"""Of the time that he was told; timers and clocks are not exact."""


def tell_story(timeline: Timeline, ledgers: Sequence[Ledger]) -> Story:
    samples = [sample for each in timeline.samples.values() for sample in each]
    notice = timeline.plan.system.rules.notice
    nameless = _nameless(ledgers)
    comings = [coming for sample in samples for coming in _comings(sample, nameless)]
    comings.sort(key=lambda each: each.at_s)
    strangers = {name for name, journey in timeline.plan.system.journeys.items() if not journey.kinds}
    return Story(
        comings=tuple(_obeying(comings, strangers)),
        echoes=tuple(echo for sample in samples for echo in _echoes(sample)),
        injected_s=timeline.first_injected_s,
        undo_issued_s=timeline.last_undo_issued_s,
        undone_s=timeline.last_undone_s,
        ended_s=timeline.last_s,
        items=_items(samples, ledgers) if ledgers else None,
        references=timeline.references,
        notice_within_s=notice.within,
        gone_within_s=notice.gone,
    )


def _comings(sample: Sample, unacknowledged: Mapping[tuple[str, float], str]) -> Iterator[Coming]:
    """Earlier tries first; the sample itself tells of the last one."""
    if sample.failure == GAVE_UP_BEFORE:
        return
    for number, one in enumerate(sample.tries):
        yield Coming(
            journey=sample.journey,
            user=sample.user,
            at_s=one.at_s,
            ended_s=one.ended_s,
            outcome=one.outcome,
            status=one.status,
            retry=number,
            retry_after_s=one.retry_after_s,
            key=sample.key,
            notice=one.notice,
            kind=one.answer or "",
        )
    yield Coming(
        journey=sample.journey,
        user=sample.user,
        at_s=_last_try_s(sample),
        ended_s=sample.ended_s,
        outcome=sample.outcome,
        status=sample.status,
        retry=len(sample.tries),
        retry_after_s=sample.retry_after_s,
        fate=sample.fate,
        key=sample.key,
        item=sample.acknowledged or unacknowledged.get((sample.user, sample.left_s)),
        notice=sample.notice,
        kind=sample.answer or "",
    )


def _obeying(comings: Sequence[Coming], strangers: Collection[str]) -> Iterator[Coming]:
    """Whoever comes when the time that he was told is over comes as told, be it as a retry or with his next run.

    The next run of a journey of `strangers` is somebody else's.
    """
    told: dict[str, tuple[float, float]] = {}
    for coming in comings:
        said = told.pop(coming.user, None)
        if not coming.retry and coming.journey in strangers:
            said = None
        if said is not None and coming.at_s - said[0] >= _ON_TIME * said[1]:
            coming = replace(coming, told_s=said[1])
        if coming.retry_after_s is not None:
            told[coming.user] = (coming.ended_s, coming.retry_after_s)
        yield coming


def _echoes(sample: Sample) -> Iterator[Echo]:
    for repeat in sample.echoes:
        yield Echo(
            journey=sample.journey,
            user=sample.user,
            at_s=repeat.at_s,
            key=sample.key or "",
            changed=repeat.changed,
            status=repeat.status,
            item=repeat.acknowledged,
            first_status=sample.status,
            first_item=sample.acknowledged,
        )


def _items(samples: Sequence[Sample], ledgers: Sequence[Ledger]) -> Mapping[str, ItemState]:
    """All that was acknowledged is stored, but for those of which the ledger says otherwise."""
    audited = {ledger.journey for ledger in ledgers}
    nameless = _nameless(ledgers)
    found: dict[str, ItemState] = {
        sample.acknowledged: "stored"
        for sample in samples
        if sample.acknowledged is not None and sample.journey in audited
    }
    for ledger in ledgers:
        for item in ledger.items:
            name = item.id or nameless.get((item.user, item.sent_s))
            if name is not None:
                found[name] = _STATES[item.fate]
    return found


def _nameless(ledgers: Sequence[Ledger]) -> Mapping[tuple[str, float], str]:
    """A name for items that were not acknowledged, of which it is known what became of them."""
    return {
        (item.user, item.sent_s): f"what {item.user} sent at {format_duration(round(item.sent_s, 2))}"
        for ledger in ledgers
        for item in ledger.items
        if item.id is None and item.truthful is not None
    }


def _last_try_s(sample: Sample) -> float:
    """Where there were earlier tries, the last began no sooner than its user was to come back."""
    if not sample.tries:
        return sample.left_s
    before = sample.tries[-1]
    waited_s = (before.retry_after_s or 0.0) if before.told else 0.0
    return min(before.ended_s + waited_s, sample.ended_s)
