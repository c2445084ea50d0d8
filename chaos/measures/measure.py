"""What a measure is, and the interval around a figure that comes from few samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Unit = Literal["share", "duration", "count", "rate", "ratio", "number"]
Interval = tuple[float, float]
Z_95 = 1.959964


class Observed(Protocol):
    """The part of a sample that measures read."""

    @property
    def outcome(self) -> str: ...
    @property
    def took_s(self) -> float: ...
    @property
    def due_s(self) -> float: ...
    @property
    def user(self) -> str: ...
    @property
    def gave_up(self) -> bool: ...
    @property
    def failure(self) -> str | None: ...


class Figure(Protocol):
    """The measure over the samples, plus `missing` imagined ones that take it as far `upwards` or down as they can.

    Imagined samples decide whether a bound could still be met: a bound that is missed even with them is refuted however
    few samples there are. A figure of no samples at all is the best there is. `over_s`: how long they were collected;
    without it, their own due times have to tell.
    """

    def __call__(
        self,
        samples: Sequence[Observed],
        missing: int = 0,
        *,
        upwards: bool = False,
        over_s: float | None = None,
    ) -> float: ...


class Spread(Protocol):
    """The 95 % confidence interval of a figure."""

    def __call__(self, samples: Sequence[Observed], *, over_s: float | None = None) -> Interval: ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a figure is held against the same one of the control. `fewest`: fewer pairs than that never show that a bound
    on their difference is missed.
    """

    interval: Callable[[Sequence[Observed], Sequence[Observed]], Interval]
    """The 95 % interval of the difference, from runs that were due at the same moments, in the same order."""
    fewest: int = 1


@dataclass(frozen=True, slots=True)
class Measure:
    """Of a journey's samples. `hits`, of shares: how many there are, of how many. `counts`: whether a sample makes the
    figure higher; None: by how long it took. `comparison`: None where runs can't be compared one by one.
    """

    name: str
    unit: Unit
    summary: str
    higher_is_better: bool
    figure: Figure
    interval: Spread
    hits: Callable[[Sequence[Observed]], tuple[int, int]] | None = None
    counts: Callable[[Observed], bool] | None = None
    comparison: Comparison | None = None


class Bounded(Protocol):
    """What a bound must know of what it is on."""

    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> Unit: ...
    @property
    def summary(self) -> str: ...
    @property
    def higher_is_better(self) -> bool: ...


def wilson(hits: int, total: int, z: float = Z_95) -> Interval:
    """The Wilson score interval of a share, 95 % unless `z` says otherwise; (0, 1) when nothing was seen."""
    if total == 0:
        return (0.0, 1.0)
    share = hits / total
    spread = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    middle = share + z**2 / (2 * total)
    scale = 1 + z**2 / total
    return (max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))
