"""Safeguards: what must not be reached while an experiment runs. Where it is, the experiment ends at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, create_model, model_validator

from chaos.experiment.tolerance import CONTROL, Bound, Tolerance, parse_bound
from chaos.fields import Duration, Strict
from chaos.measures import LIMIT_MEASURES, MEASURES
from chaos.measures.measure import Bounded
from chaos.units import format_duration

Watched = Literal["journey", "probe"]


@dataclass(frozen=True, slots=True)
class Watchable:
    """`section`: where the system file has them. `measures`: what of them can have a limit."""

    section: str
    measures: Mapping[str, Bounded]


WATCHABLE: Final[Mapping[Watched, Watchable]] = {
    "journey": Watchable("journeys", MEASURES),
    "probe": Watchable("probes", LIMIT_MEASURES),
}
"""What a safeguard can watch, by the key that names it."""
LIMITS: Final[Mapping[str, Bounded]] = {
    name: measure for each in WATCHABLE.values() for name, measure in each.measures.items()
}


class SafeguardBase(Strict):
    """Stop and undo everything when a journey's measure gets there, `{journey: open, broken: "> 90%", over: 2s}`, or a
    probe's figure: `{probe: queue, figure: "> 1000", over: 2s}`.
    """

    journey: str | None = Field(None, description="whose runs are watched, in all phases")
    probe: str | None = Field(
        None, description="whose answers are watched, in all phases; each that failed counts as one that got there"
    )
    over: Duration = Field(
        gt=0,
        description="of a journey: over the runs that have ended in this last stretch of time; of a probe: by each of "
        "its answers for so long",
    )

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        watched = [place for place in WATCHABLE if getattr(self, place) is not None]
        if len(watched) != 1:
            raise ValueError(f"a safeguard watches exactly one of: {', '.join(WATCHABLE)}")
        given = [name for name in LIMITS if getattr(self, name) is not None]
        known = WATCHABLE[watched[0]].measures
        if len(given) != 1 or given[0] not in known:
            found = f", not {' and '.join(given)}" if given else ""
            raise ValueError(f"a safeguard on a {watched[0]} needs exactly one measure{found}: {', '.join(known)}")
        return self

    @property
    def watched(self) -> Watched:
        return next(place for place in WATCHABLE if getattr(self, place) is not None)

    @property
    def on(self) -> str:
        """The name of what is watched."""
        return str(getattr(self, self.watched))

    @property
    def limit(self) -> Tolerance:
        """When this holds, the experiment must end."""
        return next(Tolerance(self.on, name, bound) for name in LIMITS if (bound := getattr(self, name)) is not None)

    def needed(self, rate: float | None, samples: int) -> int:
        """How many runs it takes: half of those that are due in that time, but no more than a tolerance needs."""
        return samples if rate is None else max(1, min(samples, math.ceil(rate * self.over / 2)))

    def __str__(self) -> str:
        return f"{self.limit} over {format_duration(self.over)}"


def parse_limit(measure: Bounded, found: object) -> Bound:
    """A bare figure says nothing here: it takes a comparison to know which side is the bad one. A truth that a probe
    tells is bad by itself. Raises `ValueError`.
    """
    if isinstance(found, Bound):
        return found
    if isinstance(found, bool) and measure.unit == "number":
        return parse_bound(measure, found)
    if not isinstance(found, str) or not found.strip().startswith(("<", ">")):
        example = {"share": '"< 10%"' if measure.higher_is_better else '"> 90%"', "duration": '"> 5s"'}.get(
            measure.unit, '"> 10"'
        )
        raise ValueError(f"a safeguard says what must not be reached; write it with a comparison, like {example}")
    if CONTROL in found:
        raise ValueError("a safeguard watches the system where the fault is on, by itself; write a figure")
    return parse_bound(measure, found)


def _limit_type(measure: Bounded) -> Any:
    kind: str | list[str] = ["string", "boolean"] if measure.unit == "number" else "string"
    return (
        Annotated[
            Bound,
            BeforeValidator(partial(parse_limit, measure)),
            PlainSerializer(lambda bound: bound.text, return_type=str),
            WithJsonSchema({"type": kind, "description": f"stop when {measure.summary} get there"}),
        ]
        | None
    )


if TYPE_CHECKING:  # a type checker can't follow a model that is made from a table
    Safeguard = SafeguardBase
else:
    Safeguard = create_model(
        "Safeguard", __base__=SafeguardBase, **{name: (_limit_type(each), None) for name, each in LIMITS.items()}
    )
