"""What a user does about a bad answer: try again as clients do, or give the app up."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from chaos.experiment.values import as_tuple
from chaos.fields import Duration, Share, Strict

NO_ANSWER: Final = "no_answer"


def _cause(found: object) -> object:
    is_status = isinstance(found, int) and not isinstance(found, bool) and 400 <= found <= 599
    if not is_status and found != NO_ANSWER:
        raise ValueError(f"{found!r} is no reason to try again; write a status like 503, or {NO_ANSWER}")
    return found


_CAUSE: Final = {"anyOf": [{"type": "integer"}, {"enum": [NO_ANSWER]}]}
Cause = Annotated[Any, AfterValidator(_cause), WithJsonSchema(_CAUSE)]
"""A status from 400 to 599, or `no_answer`."""
Causes = Annotated[
    tuple[Cause, ...],
    BeforeValidator(as_tuple),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [*_CAUSE["anyOf"], {"type": "array", "items": _CAUSE}]}),
]


class Retry(Strict):
    """Trying the same request again, with the same body and the same key, as a real client would. No wait, however long
    Retry-After says, goes beyond the journey's timeout: one that does not fit into what is left of it is not begun, and
    the answer at hand is what the user got."""

    times: int = Field(2, ge=1, le=100, description="tries after the first")
    wait: Duration = Field(0.2, description="pause before each of them")
    jitter: Share = Field(0.5, description="the pause is shorter or longer by up to this share, by chance")
    obey_retry_after: bool = Field(True, description="wait as long as Retry-After says, where the answer has one")
    when: Causes = Field(
        (429, 502, 503, 504, NO_ANSWER),
        description="statuses that are tried again, and `no_answer`: a connection that brought none",
    )


class GiveUp(Strict):
    """When a user has had enough and does not come back until the experiment ends; a degraded answer keeps its user.

    A visit that would have been his is then broken ("gave up before"), without anything being sent: who was driven away
    stays unserved, also after the fault, and recovery is not shown while more have left than its bounds allow.
    Strangers can leave, too, but others come after them.
    """

    after: int | None = Field(None, ge=1, description="this many broken answers in a row, tries counted one by one")
    wait: Duration | None = Field(None, gt=0, description="this long waiting for answers in one run")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.after is None and self.wait is None:
            raise ValueError("nobody gives up like this; write after (like 3), wait (like 8s), or both")
        return self
