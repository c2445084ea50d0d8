"""What users saw: each kind of thing that they got instead of what they came for, once, with how many got it."""

from __future__ import annotations

from collections import defaultdict

from chaos.journal.events import Sample
from chaos.verdict.claims import says
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Seen


def what_users_saw(timeline: Timeline) -> tuple[Seen, ...]:
    """Most frequent first. Runs without an answer are told apart by why there was none."""
    kinds: dict[tuple[str, str, str], list[Sample]] = defaultdict(list)
    for journey, samples in timeline.samples.items():
        for sample in samples:
            if sample.outcome != "served":
                kinds[journey, sample.outcome, sample.answer or sample.failure or ""].append(sample)
    seen = [_seen(timeline, samples) for samples in kinds.values()]
    return tuple(sorted(seen, key=lambda each: (-each.count, each.first_s)))


def _seen(timeline: Timeline, samples: list[Sample]) -> Seen:
    first = samples[0]
    answer = timeline.answers.get(first.answer or "")
    found = answer.findings if answer else {}
    return Seen(
        journey=first.journey,
        count=len(samples),
        users=len({sample.user for sample in samples}),
        first_s=first.due_s,
        last_s=samples[-1].due_s,
        outcome=first.outcome,
        status=first.status,
        says=says(first, timeline.answers),
        rules={rule: found.get(rule, "") for sample in samples for rule in sample.rules},
        answer=answer,
    )
