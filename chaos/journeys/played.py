"""What became of one run of a journey, try by try."""

from __future__ import annotations

from dataclasses import dataclass

from chaos.journeys.answer import Answer
from chaos.journeys.judging import Judged
from chaos.rules.reading import Reading
from chaos.rules.rule import Finding
from chaos.rules.story import Fate, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One try of one step, judged. `reading` is None when no answer came: then `failure` says why. `expected` is what
    did not hold. `told`: the next try came when this answer's Retry-After said."""

    step: int
    at_s: float
    ended_s: float
    outcome: Outcome
    reading: Reading | None = None
    failure: str | None = None
    judged: Judged | None = None
    expected: str = ""
    retry_after_s: float | None = None
    told: bool = False

    @property
    def answer(self) -> Answer | None:
        return None if self.reading is None else self.reading.answer

    @property
    def status(self) -> int | None:
        return None if self.reading is None else self.reading.answer.status

    @property
    def findings(self) -> tuple[Finding, ...]:
        return () if self.judged is None else self.judged.findings

    @property
    def fate(self) -> Fate | None:
        """What the answer says of what was handed over."""
        return None if self.judged is None else self.judged.fate

    @property
    def notice(self) -> bool:
        return self.judged is not None and self.judged.notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """The same request sent once more on purpose, after it was served; `changed`: with other bytes."""

    at_s: float
    changed: bool
    status: int | None = None
    acknowledged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """`last` is the try that decided, `earlier` are those before it that were tried again.

    `thought_s` is what was not spent waiting: its user's pauses, our looking at pages. `timed_out`: the journey's
    timeout ended it. `key` is the last idempotency key that was sent, `checksum` that of the file last sent until
    something was acknowledged. `gave_up`: the user will not come back.
    """

    last: Tried
    earlier: tuple[Tried, ...] = ()
    acknowledged: str | None = None
    key: str | None = None
    checksum: str | None = None
    echoes: tuple[Repeated, ...] = ()
    thought_s: float = 0.0
    timed_out: bool = False
    gave_up: bool = False

    @property
    def outcome(self) -> Outcome:
        return self.last.outcome

    @property
    def step(self) -> int:
        return self.last.step

    @property
    def answer(self) -> Answer | None:
        return self.last.answer

    @property
    def failure(self) -> str | None:
        return self.last.failure

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.last.findings

    @property
    def expected(self) -> str:
        return self.last.expected
