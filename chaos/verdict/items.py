"""What became of each thing that users handed over, and whether they were told the truth about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from chaos.journal.events import GAVE_UP_BEFORE, AuditTaken, Sample
from chaos.verdict.verdict import Item, ItemFate

_KEPT: frozenset[ItemFate] = frozenset({"stored", "duplicated", "corrupted", "pending", "phantom"})


def follow_items(samples: Sequence[Sample], audit: AuditTaken) -> Iterator[Item]:
    """One for each run of the journey, in the order in which they were due.

    Ids are counted with their repetitions, so that an app that acknowledges two items under one id loses one of them.
    Where the audit has checksums, an item is also known by its content: a copy under another id is a duplicate, and an
    item that was not acknowledged is found all the same.
    """
    store = _Store(samples, audit)
    for sample in samples:
        if sample.failure == GAVE_UP_BEFORE:
            continue  # nothing was handed over
        fate = store.fate_of(sample)
        yield Item(
            user=sample.user,
            sent_s=sample.left_s,
            answered_s=None if sample.status is None else sample.ended_s,
            id=sample.acknowledged,
            key=sample.key,
            checksum=sample.checksum,
            fate=fate,
            told=sample.fate,
            truthful=_truthful(sample, fate, known=fate != "refused" or store.knows_content),
        )


class _Store:
    """What is stored; items that are found are taken out of it, so that none is found twice."""

    def __init__(self, samples: Sequence[Sample], audit: AuditTaken) -> None:
        self.knows_content = bool(audit.checksums) or not audit.stored
        self._pending = set(audit.pending)
        self._stored = Counter(audit.stored)
        self._left = Counter(audit.stored)
        self._acknowledged = Counter(sample.acknowledged for sample in samples if sample.acknowledged is not None)
        self._content = dict(zip(audit.stored, audit.checksums, strict=False))
        self._copies = Counter(audit.checksums)
        self._sent = Counter(sample.checksum for sample in samples if sample.checksum is not None)
        known = (self._content.get(name) for name in self._acknowledged)
        self._unclaimed = self._copies - Counter(content for content in known if content is not None)

    def fate_of(self, sample: Sample) -> ItemFate:
        name, sent = sample.acknowledged, sample.checksum
        if name is None:
            if sent is not None and self._unclaimed[sent] > 0:
                self._unclaimed[sent] -= 1
                return "phantom"
            return "unknown" if sample.status is None else "refused"
        if self._left[name] <= 0:
            return "pending" if name in self._pending else "lost"
        self._left[name] -= 1
        content = self._content.get(name)
        if content is not None and sent is not None and content.lower() != sent.lower():
            return "corrupted"
        again = self._stored[name] > max(1, self._acknowledged[name])
        copied = sent is not None and self._copies[sent] > self._sent[sent]
        return "duplicated" if again or copied else "stored"


def _truthful(sample: Sample, fate: ItemFate, *, known: bool) -> bool | None:
    """`known`: an item that was refused would have been found, had it been stored."""
    match sample.fate:
        case "saved":
            return fate in _KEPT
        case "not-saved":
            return fate not in _KEPT if known else None
        case "unknown":
            return True
        case None:
            return None
