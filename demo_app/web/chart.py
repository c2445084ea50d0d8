"""Where the bars of a chart stand, worked out here so that the page needs no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 340
HEIGHT: Final = 130
TOP: Final = 12
LEAST_TOP_VALUE: Final = 4
_STEPS: Final = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """In units of a drawing that is `WIDTH` by `HEIGHT`; `lines` are heights and what they stand for."""

    bars: Sequence[Bar]
    lines: Sequence[tuple[float, int]]
    width: int
    height: int
    most: int
    most_at: str
    total: int
    first: str
    last: str


def chart_of(values: Sequence[int], names: Sequence[str]) -> Chart:
    """A bar for each value, the first on the left; the scale ends at a round number above the highest."""
    top = rounded_up(max(LEAST_TOP_VALUE, *values))
    slot = WIDTH / len(values)

    def height(value: float) -> float:
        return round(value / top * (HEIGHT - TOP), 1)

    bars = [
        Bar(round(place * slot + slot * 0.14, 1), HEIGHT - height(value), round(slot * 0.72, 1), height(value), name)
        for place, (value, name) in enumerate(zip(values, names, strict=True))
        if value
    ]
    most = max(values)
    return Chart(
        bars,
        [(HEIGHT - height(value), value) for value in (top // 2, top)],
        WIDTH,
        HEIGHT,
        most,
        names[values.index(most)],
        sum(values),
        names[0],
        names[-1],
    )


def rounded_up(value: int) -> int:
    """The next even number of the form 2, 4, 10, 20, 40, 100 ..."""
    unit = 2
    while True:
        for step in _STEPS:
            if step * unit >= value:
                return step * unit
        unit *= 10
