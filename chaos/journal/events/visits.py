"""What users met: one sample for each run of a journey, and the answers that were not served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from chaos.rules.story import Fate, Outcome

NOT_IN_TIME: Final = "no complete answer within"
GAVE_UP_WAITING: Final = "gave up after waiting for"
"""How the failures begin of runs whose user waited in vain; how long follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try of a step that was tried again. `told`: the next try came when `retry_after_s` said."""

    step: int = 0
    at_s: float
    ended_s: float
    outcome: Outcome
    status: int | None = None
    failure: str | None = None
    rules: tuple[str, ...] = ()
    retry_after_s: float | None = None
    told: bool = False
    answer: str | None = None
    fate: Fate | None = None
    notice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The same request sent once more with its key; `changed`: with another body."""

    at_s: float
    changed: bool = False
    status: int | None = None
    acknowledged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run of a journey. It belongs to the phase in which it was due; its time runs from when it was due."""

    event: Literal["sample"] = "sample"
    journey: str
    user: str
    due_s: float
    left_s: float
    """When it really left; later than due means that this machine was busy."""
    ended_s: float
    took_s: float
    """From due to the complete answer, without the user's own pauses; the journey's timeout when there was none by
    then, and when the user did not even come."""
    outcome: Outcome
    step: int = 0
    """Index of the step that decided the outcome."""
    status: int | None = None
    failure: str | None = None
    """Why there was no complete answer, in a few words."""
    rules: tuple[str, ...] = ()
    """Ids of the graceful rules that the deciding answer broke."""
    answer: str | None = None
    """Fingerprint of the deciding answer, when it was captured."""
    acknowledged: str | None = None
    """The id of the item that the app promised to keep."""
    tries: tuple[Try, ...] = ()
    """The earlier tries of all steps that were tried again, oldest first; the last try is the sample itself."""
    retry_after_s: float | None = None
    """What the deciding answer said."""
    key: str | None = None
    """The idempotency key that was sent (the last, where several steps have one)."""
    checksum: str | None = None
    """SHA-256 of the file that was sent, in hexadecimal; of several, the last before something was acknowledged."""
    echoes: tuple[Repeat, ...] = ()
    """What came back when the same was sent again on purpose."""
    fate: Fate | None = None
    """What the deciding answer said of what was handed over."""
    notice: bool = False
    """The deciding answer shows a notice."""
    gave_up: bool = False
    """With this run the app was given up: the user does not come back. Visits that are due all the same are samples
    with the failure `GAVE_UP_BEFORE`: nothing was sent, and nobody was served."""

    @property
    def out_of_time(self) -> bool:
        """It was broken because its user had waited for long enough."""
        return (self.failure or "").startswith((NOT_IN_TIME, GAVE_UP_WAITING))


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSample:
    """One run of a journey on the copy of the system without the fault. `at_s` is when it ended."""

    event: Literal["control_sample"] = "control_sample"
    at_s: float
    sample: Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSeen:
    """An answer that was not served, the first time that one like it was seen."""

    event: Literal["answer_seen"] = "answer_seen"
    at_s: float
    fingerprint: str
    journey: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    """At most 32 KiB of it."""
    says: str
    """What a person reads there, in one line."""
    findings: Mapping[str, str] = field(default_factory=dict)
    """Rule id to what was found."""
    not_checked: Mapping[str, str] = field(default_factory=dict)
    """Rule id to why it could not be judged."""
    reference: str | None = None
    """The id that it gives its user to quote."""
    expected: str = ""
    """The expectation that did not hold."""
