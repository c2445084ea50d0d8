"""Figures taken in turn, A B A B, and the ratios between those of one round. The machine's moods meet both alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Taken = Mapping[str, float]  # figures of one measurement, by name

OURS = "gatecrash"
TOXIPROXY = "toxiproxy"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a figure of ours, its bound that must hold (`floor`) and the one to reach (`goal`).

    `against`: the bounds are on the ratio to that peer's figure of the same round; None: on the figure itself.
    `digits` after the point, of the figures.
    """

    what: str
    figure: str
    unit: str
    op: Literal["<=", ">="]
    floor: float | None
    goal: float | None
    against: str | None = TOXIPROXY
    of: str = OURS
    digits: int = 0

    def holds(self, measured: float, bound: float | None) -> bool:
        return bound is None or (measured <= bound if self.op == "<=" else measured >= bound)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something to measure. `key` is what `--only` names; `measure` is called with each of the peers in turn."""

    key: str
    peers: Sequence[str]
    measure: Callable[[str], Taken]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Result:
    """A row as measured: medians of the rounds, and the quartiles of what the bounds are on."""

    row: Row
    measured: float
    quartiles: tuple[float, float]
    ours: float
    theirs: float | None

    @property
    def reached(self) -> str:
        row = self.row
        if row.floor is None and row.goal is None:
            return ""
        if not row.holds(self.measured, row.floor):
            return "BELOW FLOOR"
        return "goal" if row.holds(self.measured, row.goal) else "floor"


def results(scenario: Scenario, rounds: Sequence[Mapping[str, Taken]]) -> list[Result]:
    """`rounds`: what each peer's measurement gave. Rows whose peers are absent are left out."""
    return [result for row in scenario.rows if (result := _result(row, rounds)) is not None]


def _result(row: Row, rounds: Sequence[Mapping[str, Taken]]) -> Result | None:
    ours = [taken[row.of][row.figure] for taken in rounds if row.of in taken]
    if row.against is None:
        return Result(row, statistics.median(ours), _quartiles(ours), statistics.median(ours), None) if ours else None
    pairs = [
        (taken[row.of][row.figure], taken[row.against][row.figure])
        for taken in rounds
        if row.of in taken and row.against in taken
    ]
    if not pairs:
        return None
    ratios = [our / their if their else float("inf") for our, their in pairs]
    theirs = statistics.median(their for _, their in pairs)
    return Result(row, statistics.median(ratios), _quartiles(ratios), statistics.median(ours), theirs)


def _quartiles(values: Sequence[float]) -> tuple[float, float]:
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def table(found: Sequence[Result]) -> list[str]:
    """As Markdown."""
    lines = [
        "| metric | ratio [quartiles] | ours | theirs | floor | goal | reached |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    return lines + [_line(result) for result in found]


def _line(result: Result) -> str:
    row = result.row
    low, high = result.quartiles

    def shown(value: float | None) -> str:
        return "" if value is None else f"{value:,.{row.digits}f} {row.unit}".rstrip()

    def bound(value: float | None) -> str:
        if value is None:
            return ""
        return f"{row.op} {value:g}" if row.against else f"{row.op} {value:g} {row.unit}".rstrip()

    ratio = f"**{result.measured:.2f}** [{low:.2f}–{high:.2f}]" if row.against else ""
    theirs = shown(result.theirs) + (f" ({row.against})" if row.against not in (None, TOXIPROXY) else "")
    cells = [row.what, ratio, shown(result.ours), theirs, bound(row.floor), bound(row.goal), result.reached]
    return f"| {' | '.join(cells)} |"
