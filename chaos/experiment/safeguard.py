"""Safeguards: what must not be reached while an experiment runs. Where it is, the experiment ends at once."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, create_model, model_validator

from chaos.experiment.tolerance import Bound, Tolerance, parse_bound
from chaos.fields import Duration, Strict
from chaos.measures import MEASURES
from chaos.measures.measure import Measure
from chaos.units import format_duration


class SafeguardBase(Strict):
    """Stop and undo everything when a journey's measure gets there: `{journey: open, broken: "> 90%", over: 2s}`."""

    journey: str = Field(description="whose runs are watched, in all phases")
    over: Duration = Field(gt=0, description="over the runs that have ended in this last stretch of time")

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        given = [name for name in MEASURES if getattr(self, name) is not None]
        if len(given) != 1:
            found = f", not {len(given)} ({', '.join(given)})" if given else ""
            raise ValueError(f"a safeguard needs exactly one measure{found}: {', '.join(MEASURES)}")
        return self

    @property
    def limit(self) -> Tolerance:
        """When this holds, the experiment must end."""
        return next(
            Tolerance(self.journey, name, bound) for name in MEASURES if (bound := getattr(self, name)) is not None
        )

    def needed(self, rate: float | None, samples: int) -> int:
        """How many runs it takes: half of those that are due in that time, but no more than a tolerance needs."""
        return samples if rate is None else max(1, min(samples, math.ceil(rate * self.over / 2)))

    def __str__(self) -> str:
        return f"{self.limit} over {format_duration(self.over)}"


def parse_limit(measure: Measure, found: object) -> Bound:
    """A bare figure says nothing here: it takes a comparison to know which side is the bad one. Raises `ValueError`."""
    if isinstance(found, Bound):
        return found
    if not isinstance(found, str) or not found.strip().startswith(("<", ">")):
        example = {"share": '"< 10%"' if measure.higher_is_better else '"> 90%"', "duration": '"> 5s"'}.get(
            measure.unit, '"> 10"'
        )
        raise ValueError(f"a safeguard says what must not be reached; write it with a comparison, like {example}")
    bound = parse_bound(measure, found)
    if bound.against_control:
        raise ValueError("a safeguard watches the system where the fault is on, by itself; write a figure")
    return bound


def _limit_type(measure: Measure) -> Any:
    return (
        Annotated[
            Bound,
            BeforeValidator(partial(parse_limit, measure)),
            PlainSerializer(lambda bound: bound.text, return_type=str),
            WithJsonSchema({"type": "string", "description": f"stop when {measure.summary} get there"}),
        ]
        | None
    )


if TYPE_CHECKING:  # a type checker can't follow a model that is made from a table
    Safeguard = SafeguardBase
else:
    Safeguard = create_model(
        "Safeguard", __base__=SafeguardBase, **{name: (_limit_type(each), None) for name, each in MEASURES.items()}
    )
