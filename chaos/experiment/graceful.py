"""What files say to the graceful rules: what they can't know of a system, and what an experiment makes of findings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from chaos.experiment.problems import suggest
from chaos.fields import Duration, Strict


def _known_rule(found: str) -> str:
    from chaos.rules import RULES  # they read HTML, and few files name one

    if found not in RULES:
        raise ValueError(f"there is no rule {found!r}; {suggest(found, RULES)}")
    return found


def _date(found: object) -> date:
    if isinstance(found, date):
        return found
    try:
        return date.fromisoformat(str(found))
    except ValueError:
        raise ValueError(f"{found!r} is not a date; write it like 2027-01-31") from None


RuleId = Annotated[str, AfterValidator(_known_rule)]
Day = Annotated[
    Any,
    BeforeValidator(_date),
    PlainSerializer(lambda day: day.isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2027-01-31"]}),
]


class GateTexts(Strict):
    """Something that a user passes once, such as a question for the age (G24, G25)."""

    asks: str = Field("", description="a page that shows this sends its user to the gate")
    guards: str = Field("", description="a page that shows this is behind the gate")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.asks or self.guards):
            raise ValueError("a gate is known by what its pages show: write asks, guards, or both")
        return self


class Notice(Strict):
    """How soon a notice must follow what happens (G28)."""

    within: Duration = Field(5.0, description="it appears this soon after the fault began to be felt")
    gone: Duration = Field(5.0, description="it is gone this soon after recovery")


class RuleSettings(Strict):
    """What the graceful rules can't know of a system by themselves."""

    words: str | None = Field(None, description="a file of words laid over the shipped lists, from this file's folder")
    budget: Duration = Field(10.0, gt=0, description="the longest that a user may wait for an answer (G05)")
    max_retry_after: Duration = Field(300.0, gt=0, description="the longest Retry-After that still helps (G03)")
    canaries: tuple[str, ...] = Field((), description="texts planted where no user may ever see them (G09)")
    public_hosts: tuple[str, ...] = Field((), description="addresses that users may see, as host:port (G09)")
    notice: Notice = Field(default_factory=Notice)


class Allowance(Strict):
    """A finding that is known and borne with for a while: it no longer makes an answer broken."""

    rule: RuleId
    reason: str = Field(min_length=1)
    until: Day = Field(description="the last day; after it, the allowance itself is a finding")

    def holds_on(self, day: date) -> bool:
        return bool(day <= self.until)


class RuleBounds(Strict):
    """How many findings of the graceful rules there may be, over the fault and the recovery phase."""

    errors: int | None = Field(None, ge=0, description="kinds of answers that break an E rule")
    warnings: int | None = Field(None, ge=0, description="kinds of answers that break a W rule")

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.errors is None and self.warnings is None:
            raise ValueError("nothing is claimed here; write errors, warnings, or both")
        return self


Gates = Mapping[str, GateTexts]
