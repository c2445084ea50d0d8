"""Keys by which an app knows that a request is the same one again, and sending it again to see whether it does."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from chaos.experiment.values import HeaderName
from chaos.fields import Strict


class Key(Strict):
    """Where a request carries its idempotency key: random, new for each run, the same when it is tried again."""

    header: HeaderName | None = Field(None, description="a header, like Idempotency-Key")
    form: str | None = Field(None, min_length=1, description="a field of the form")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.header is None) == (self.form is None):
            raise ValueError("a key is sent in exactly one of: header, form")
        return self


class SameAgain(Strict):
    """After a served answer the request is sent again on purpose (G27). The run's outcome does not depend on it."""

    same: int = Field(0, ge=0, le=10, description="this many times as it was")
    changed: bool = Field(False, description="once with the same key and other bytes in its file: to be refused")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.same or self.changed):
            raise ValueError("nothing is sent again like this; write same (like 1), changed: true, or both")
        return self


def _count_alone(found: Any) -> Any:
    return {"same": found} if isinstance(found, int) and not isinstance(found, bool) else found


class _CountOrMapping:
    """A JSON schema that knows both ways to write it."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "integer", "minimum": 1}, handler(core)]}


Again = Annotated[SameAgain, BeforeValidator(_count_alone), _CountOrMapping()]
"""A number alone is how many times the same is sent again."""
