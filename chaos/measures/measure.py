"""What a measure is, and the interval around a figure that comes from few samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Unit = Literal["share", "duration", "count"]
Interval = tuple[float, float]
Z_95 = 1.959964


class Observed(Protocol):
    """The part of a sample that measures read."""

    @property
    def outcome(self) -> str: ...
    @property
    def took_s(self) -> float: ...


class Figure(Protocol):
    """The measure over the samples, plus `missing` imagined ones that take it as far `upwards` or down as they can.

    Imagined samples decide whether a bound could still be met: a bound that is missed even with them is refuted however
    few samples there are. A figure of no samples at all is the best there is.
    """

    def __call__(self, samples: Sequence[Observed], missing: int = 0, *, upwards: bool = False) -> float: ...


@dataclass(frozen=True, slots=True)
class Measure:
    """`interval` is the 95 % confidence interval of the figure."""

    name: str
    unit: Unit
    summary: str
    higher_is_better: bool
    figure: Figure
    interval: Callable[[Sequence[Observed]], Interval]


def wilson(hits: int, total: int) -> Interval:
    """The Wilson score interval (95 %) of a share; (0, 1) when nothing was seen."""
    if total == 0:
        return (0.0, 1.0)
    share = hits / total
    spread = Z_95 * math.sqrt(share * (1 - share) / total + Z_95**2 / (4 * total**2))
    middle = share + Z_95**2 / (2 * total)
    scale = 1 + Z_95**2 / total
    return (max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))
