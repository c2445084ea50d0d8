"""A fault that grows: one attribute of its toxic takes other values while it is on."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, ValidationError, WithJsonSchema

from chaos.faults.fault import Fault, SetToxics, ToxicSpec
from chaos.fields import Duration, Strict

Value = Annotated[Any, WithJsonSchema({"type": ["string", "number"]})]
"""Of whatever attribute it is; that attribute's own field says whether it may be so."""


class Ramp(Strict):
    """It begins with what stands under the fault's key, and takes one step after the other."""

    of: str = Field(description="the attribute that changes, like `delay`")
    steps: tuple[Value, ...] = Field(min_length=1, description="its next values, like [300ms, 900ms]")
    each: Duration = Field(gt=0, description="how long the first value lasts, and each step; the last stays on")

    def changes(self, fault: Fault) -> tuple[SetToxics, ...]:
        """What to set at each step. Raises `ValueError` for what is no amount of this fault."""
        first = fault.change()
        if not isinstance(first, SetToxics):
            raise ValueError("only what a link's toxic has in amounts can be changed step by step")
        changes = []
        for value in self.steps:
            change = self._with(fault, value).change()
            if not isinstance(change, SetToxics) or not _differ_in_amounts_alone(first, change):
                raise ValueError(f"{self.of} is no amount, so it can't be changed step by step")
            changes.append(change)
        return tuple(changes)

    def _with(self, fault: Fault, value: Any) -> Fault:
        known = [field.alias or name for name, field in type(fault).model_fields.items()]
        if self.of not in known:
            raise ValueError(f"it has no attribute {self.of!r}; known are: {', '.join(known)}")
        given = {**fault.model_dump(mode="json", by_alias=True, exclude_none=True), self.of: value}
        try:
            return type(fault).model_validate(given, strict=False)
        except ValidationError as error:
            reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
            raise ValueError(f"the step {value!r} can't be: {reason}") from None


def _differ_in_amounts_alone(one: SetToxics, other: SetToxics) -> bool:
    """A toxic that is changed stays the same toxic, at the same place."""
    return tuple(map(_without_amounts, one.toxics)) == tuple(map(_without_amounts, other.toxics)) and one != other


def _without_amounts(toxic: ToxicSpec) -> ToxicSpec:
    return replace(toxic, attributes=dict.fromkeys(toxic.attributes, 0.0))
