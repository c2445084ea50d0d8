"""The keys of the project file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from chaos.compare.figures import FIGURES
from chaos.compare.slack import Slack, parse_slack, written
from chaos.experiment.graceful import Day
from chaos.experiment.problems import suggest
from chaos.fields import Strict
from chaos.gate.budget import BudgetText


def _read_slack(found: Any) -> Any:
    """Each by the unit of its figure."""
    if not isinstance(found, dict):
        return found
    read: dict[str, Slack] = {}
    for name, text in found.items():
        if name not in FIGURES:
            raise ValueError(f"there is no figure {name!r}; {suggest(name, FIGURES)}")
        try:
            read[name] = text if isinstance(text, Slack) else parse_slack(text, FIGURES[name].unit)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return read


Worse = Annotated[
    Mapping[str, Any],
    BeforeValidator(_read_slack),
    PlainSerializer(lambda found: {name: written(slack, FIGURES[name].unit) for name, slack in found.items()}),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]


def _no_path_outside(found: tuple[str, ...]) -> tuple[str, ...]:
    for path in found:
        if not path.strip():
            raise ValueError("a path was expected, not an empty text")
    return found


class Allowed(Strict):
    """An experiment whose inconclusive verdict does not stop the pipeline, for a while."""

    experiment: str = Field(min_length=1, description="its id")
    reason: str = Field(min_length=1)
    until: Day = Field(description="the last day; after it, the verdict stops the pipeline again, and this is said")


class Gate(Strict):
    """What is asked beyond the verdicts."""

    required: tuple[str, ...] = Field((), description="ids, or patterns of them, of experiments that must have run")
    allow_inconclusive: tuple[Allowed, ...] = Field((), description="experiments that may be inconclusive for a while")
    flakes: BudgetText | None = Field(None, description="with --repeat: so many of so many runs may be inconclusive")
    worse: Worse = Field(default_factory=dict, description="how much worse a figure may be than in earlier runs")
    fail_on_worse: bool = Field(False, description="what is worse by more than that fails the gate")


class Settings(Strict):
    """The project file."""

    experiments: Annotated[tuple[str, ...], AfterValidator(_no_path_outside)] = Field(
        (), description="files or folders, from this file's folder; without a PATH, these are run"
    )
    gate: Gate = Field(default_factory=Gate)
