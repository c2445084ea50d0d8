"""How each journey fared over time, in slices that are few enough to draw, however long the run was."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from chaos.journal.events import Sample
from chaos.measures import MEASURES
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import FaultSpan, Series, Slice

MOST_SLICES: Final = 240
_WIDTHS_S: Final = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0)


def slice_width(length_s: float) -> float:
    """The narrowest width that people can read off an axis, with which a run of that length has few enough slices."""
    for width in _WIDTHS_S:
        if length_s <= width * MOST_SLICES:
            return width
    return math.ceil(length_s / MOST_SLICES / 60) * 60.0


def series_of(timeline: Timeline) -> Iterator[Series]:
    """One for each journey that was run. Slices in which nothing was due are left out."""
    width = slice_width(timeline.last_s)
    for journey, samples in timeline.samples.items():
        if samples:
            slices = _slices(samples, width, timeline.control.get(journey, ()))
            yield Series(journey=journey, slice_s=width, slices=tuple(slices))


def _slices(samples: Sequence[Sample], width: float, control: Sequence[Sample]) -> Iterator[Slice]:
    beside = {number: MEASURES["p95"].figure(due) for number, due in _sliced(control, width)}
    for number, due in _sliced(samples, width):
        count = dict.fromkeys(("served", "degraded", "broken"), 0)
        for sample in due:
            count[sample.outcome] += 1
        p50, p95, p99 = (MEASURES[name].figure(due) for name in ("p50", "p95", "p99"))
        yield Slice(
            from_s=round(number * width, 3),
            p50_s=p50,
            p95_s=p95,
            p99_s=p99,
            control_p95_s=beside.get(number),
            **count,
        )


def _sliced(samples: Sequence[Sample], width: float) -> Iterator[tuple[int, Sequence[Sample]]]:
    """Those that were due in each slice. `samples` are in the order in which they were due."""
    for number, group in groupby(samples, key=lambda sample: math.floor(sample.due_s / width)):
        yield number, list(group)


def fault_spans(timeline: Timeline) -> Iterator[FaultSpan]:
    """When each fault was on, each time that it came: from its confirmation to the confirmation of its undo."""
    for fault in timeline.plan.faults:
        for injected, undone in timeline.on.get(fault.name, ()):
            to_s = None if undone is None else undone.at_s
            yield FaultSpan(fault=fault.name, on=fault.entry.on, from_s=injected.at_s, to_s=to_s)
