"""Everything that happened to all users in one run: what rules on a user's whole journey are judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["served", "degraded", "broken"]
Fate = Literal["saved", "not-saved", "unknown"]
"""What an answer says of what the user handed over."""
ItemState = Literal["stored", "lost", "pending", "duplicated", "corrupted"]
"""What the audit found of an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One request that decided something for a user; the first try and each retry are comings of their own.

    Times are on the run's clock. `status` is None where no answer came. `retry` is 0 for the first try. `told_s` is the
    Retry-After (in seconds) of the answer before, which this retry obeyed; None where it obeyed none. `key` is the
    idempotency key that was sent, `item` the id that the answer names, `notice` whether the page shows a notice, `kind`
    tells answers of different words apart.
    """

    journey: str
    user: str
    at_s: float
    ended_s: float
    outcome: Outcome
    status: int | None = None
    retry: int = 0
    retry_after_s: float | None = None
    told_s: float | None = None
    fate: Fate | None = None
    key: str | None = None
    item: str | None = None
    notice: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """One request that was sent again with the same key, and what came back, beside the answer to the first.

    `changed`: it had another body, and is to be refused.
    """

    journey: str
    user: str
    at_s: float
    key: str
    changed: bool
    status: int | None
    item: str | None
    first_status: int | None
    first_item: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`comings` are in the order of `at_s`. A moment is None when it did not come.

    `items`: what the audit found, by id; None where there was none. `references`: the ids that unserved answers gave
    their users to quote, and whether each was found in the log of a service; None where logs can't be read.
    `notice_within_s`, `gone_within_s`: how soon a notice must appear and go.
    """

    comings: Sequence[Coming]
    echoes: Sequence[Echo] = ()
    injected_s: float | None = None
    undo_issued_s: float | None = None
    undone_s: float | None = None
    ended_s: float = 0.0
    items: Mapping[str, ItemState] | None = None
    references: Mapping[str, bool] | None = None
    notice_within_s: float = 5.0
    gone_within_s: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFinding:
    """One sentence that names what was found, and where it was first seen."""

    reason: str
    journey: str = ""
    user: str = ""
    at_s: float | None = None
    count: int = 1
