"""What users got in each phase, by journey, and from when to when the phases lasted."""

from __future__ import annotations

import math
from collections.abc import Iterator

from chaos.measures import MEASURES
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Span, Tally


def spans_of(timeline: Timeline) -> Iterator[Span]:
    began = [*timeline.phases.items()]
    ends = [*(from_s for _, from_s in began[1:]), timeline.last_s if timeline.ended else None]
    for (phase, from_s), to_s in zip(began, ends, strict=False):
        yield Span(phase=phase, from_s=from_s, to_s=to_s)


def tallies_of(timeline: Timeline) -> Iterator[Tally]:
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
