"""What the page's charts and the tables below them show: the verdict's series on an even grid of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chaos.verdict.verdict import Series, Slice, Verdict

_COUNTS = ("served", "degraded", "broken")
_CONTROL = "control_p95_s"
_TIMES = ("p50_s", "p95_s", "p99_s")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a slice, and the phase in which it begins."""

    slice: Slice
    phase: str


def rows(verdict: Verdict, series: Series) -> Iterator[Row]:
    for each in series.slices:
        phases = [span.phase for span in verdict.phases if span.from_s <= each.from_s + series.slice_s / 2]
        yield Row(each, phases[-1] if phases else "")


def chart_data(verdict: Verdict, series: Series) -> dict[str, Any]:
    """For the script, as JSON: columns over an even grid; a slice in which nothing was due is null everywhere.

    The control has a column where there was one.
    """
    grid = _grid(series)
    data: dict[str, Any] = {
        "journey": series.journey,
        "width": series.slice_s,
        "x": [round(number * series.slice_s, 3) for number in grid],
        "phases": [[span.phase, round(span.from_s, 3), _rounded(span.to_s)] for span in verdict.phases],
        "faults": [[span.fault, round(span.from_s, 3), _rounded(span.to_s)] for span in verdict.faults],
        "recovered": _rounded(verdict.recovered_at_s),
        "end": round(verdict.took_s, 3),
    }
    by_number = {round(each.from_s / series.slice_s): each for each in series.slices}
    for name in _COUNTS:
        data[name] = [getattr(by_number[number], name) if number in by_number else None for number in grid]
    control = [_CONTROL] if any(each.control_p95_s is not None for each in series.slices) else []
    for name in (*_TIMES, *control):
        column = [getattr(by_number[number], name) if number in by_number else None for number in grid]
        data[name.removesuffix("_s")] = [None if value is None else round(value * 1000, 1) for value in column]
    return data


def _grid(series: Series) -> Sequence[int]:
    numbers = [round(each.from_s / series.slice_s) for each in series.slices]
    return range(min(numbers, default=0), max(numbers, default=-1) + 1)


def _rounded(moment: float | None) -> float | None:
    return None if moment is None else round(moment, 3)
