"""Every event that a journal can hold. Times (`at_s`, `due_s`, ...) are seconds on the run's monotonic clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import Field

from chaos.experiment.experiment import FaultEntry
from chaos.experiment.plan import Plan
from chaos.experiment.system import System
from chaos.fields import Scalar
from chaos.measures.abandonment import GAVE_UP_BEFORE as GAVE_UP_BEFORE  # a sample's failure may be that
from chaos.rules.story import Fate, Outcome
from chaos.undo.undo import Undo

Phase = Literal["baseline", "fault", "recovery", "audit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The first event: the whole plan, and what is needed to read the rest years later."""

    event: Literal["run_started"] = "run_started"
    at_s: float
    plan: Plan
    gatecrash: str
    rules: str
    """Version of the rule pack."""
    python: str
    wall_time: str
    """ISO 8601, UTC: what the wall clock said at `at_s`."""
    attempt: int = 1
    """Counts the tries of this experiment in its run from 1; those before this one were inconclusive."""
    repetition: int = 1
    """Counts the runs of this experiment that were asked for, from 1."""
    served: tuple[str, ...] = ()
    """What this very copy of the system was used for before, by the names of experiments in the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStarted:
    """The first event of a live system, which has no plan: what it is, and what is needed to read the rest later."""

    event: Literal["live_started"] = "live_started"
    at_s: float
    system: System
    vars: Mapping[str, Scalar]
    variant: str | None = None
    seed: int
    gatecrash: str
    rules: str
    """Version of the rule pack."""
    python: str
    wall_time: str
    """ISO 8601, UTC: what the wall clock said at `at_s`."""


NOT_IN_TIME: Final = "no complete answer within"
GAVE_UP_WAITING: Final = "gave up after waiting for"
"""How the failures begin of runs whose user waited in vain; how long follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStarted:
    event: Literal["phase_started"] = "phase_started"
    at_s: float
    phase: Phase


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksCarried:
    """Users' bytes on each link over the baseline, both directions, from the proxy's own counters."""

    event: Literal["links_carried"] = "links_carried"
    at_s: float
    bytes_by_link: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksCounted:
    """Connections that each link has taken since it was made, whoever opened them."""

    event: Literal["links_counted"] = "links_counted"
    at_s: float
    connections_by_link: Mapping[str, int]
    requests_by_link: Mapping[str, int] = field(default_factory=dict)
    """Of the links that something is claimed of, as far as all that came by could be read as HTTP."""


STATUS_PAGE = "detect/status"
"""The probe that asks the app's status page: 1 while it says that all is well."""
HEALTH = "health/"
"""Followed by a service's name: the probe that says when it is ready again, round the proxies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeTaken:
    """What a probe said. `at_s` is when it had answered, or when its time was over."""

    event: Literal["probe_taken"] = "probe_taken"
    at_s: float
    probe: str
    took_s: float
    figure: float | None = None
    failure: str | None = None
    """Why there is no figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRecorded:
    """Written before the act that it undoes."""

    event: Literal["undo_recorded"] = "undo_recorded"
    at_s: float
    undo: Undo


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoDone:
    event: Literal["undo_done"] = "undo_done"
    at_s: float
    undo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoFailed:
    """Something may still be broken."""

    event: Literal["undo_failed"] = "undo_failed"
    at_s: float
    undo: Undo
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersCame:
    """From now on users of this journey come to a live system: so many a second, or so many clients."""

    event: Literal["users_came"] = "users_came"
    at_s: float
    users: str
    """Their name, which no others had before."""
    journey: str
    rate_per_s: float | None = None
    clients: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersLeft:
    """None of these users came after `at_s`."""

    event: Literal["users_left"] = "users_left"
    at_s: float
    users: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultChosen:
    """What somebody breaks on a live system, under a name that nothing had before. In other journals the plan says."""

    event: Literal["fault_chosen"] = "fault_chosen"
    at_s: float
    fault: str
    entry: FaultEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRestarted:
    """Somebody had a service of a live system started again, or it had to be because it had ended by itself."""

    event: Literal["service_restarted"] = "service_restarted"
    at_s: float
    service: str
    fallen: bool
    """It had ended by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultInjected:
    """The fault was confirmed; it may act from `issued_s` on. In a muted plan this is when it would have been.

    A fault that comes and goes is injected, and undone, each time.
    """

    event: Literal["fault_injected"] = "fault_injected"
    at_s: float
    issued_s: float
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultStepped:
    """A step of a fault's ramp is in force; the first is number 1, after the value that it began with."""

    event: Literal["fault_stepped"] = "fault_stepped"
    at_s: float
    fault: str
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultTookEffect:
    """What the fault provably touched, from the backend's counters; all zero means it was never met.

    A fault of a journey leaves no trace in counters: it is proven by the samples.
    """

    event: Literal["fault_took_effect"] = "fault_took_effect"
    at_s: float
    fault: str
    connections: int
    requests: int
    bytes: int
    closes: int
    canary: str | None = None
    """What a canary saw, for faults that leave no trace in counters ("refused")."""
    link_bytes: int = 0
    """Bytes that the link carried while the fault was on."""
    state: str | None = None
    """How a service's processes were seen: `gone`, `stopped`, `running`, or `another process` than before."""
    stopped_ratio: float = 0.0
    """Share of the time in which a service's processes were seen stopped."""
    sent_bytes: int = 0
    """What a service's container had sent before, since it was found ready; where its callers may come round links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultUndone:
    """The last word on a fault, until it comes again: undoing was issued at `issued_s` and confirmed at `at_s`."""

    event: Literal["fault_undone"] = "fault_undone"
    at_s: float
    issued_s: float
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTaken:
    """What is stored where it should have ended up, when the audit had seen enough."""

    event: Literal["audit_taken"] = "audit_taken"
    at_s: float
    audit: str
    stored: tuple[str, ...]
    """Ids in the store's order, with repetitions."""
    pending: tuple[str, ...]
    waited_s: float
    checksums: tuple[str, ...] = ()
    """SHA-256 of each, in the same order; empty when the audit did not ask for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencesLookedUp:
    """Ids that unserved answers gave their users to quote, and whether the output of a service has them."""

    event: Literal["references_looked_up"] = "references_looked_up"
    at_s: float
    found: Mapping[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutShort:
    """A claim was refuted for good and no more was wanted: no user came after `at_s`, and all before were done."""

    event: Literal["cut_short"] = "cut_short"
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentBroke:
    """The environment failed, not the app: the verdict is `error`."""

    event: Literal["environment_broke"] = "environment_broke"
    at_s: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """Someone stopped the run; `signal` is the number of the signal, or 0."""

    event: Literal["interrupted"] = "interrupted"
    at_s: float
    signal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeguardTripped:
    """A safeguard was reached: nothing more was done but undoing."""

    event: Literal["safeguard_tripped"] = "safeguard_tripped"
    at_s: float
    safeguard: str
    """As it was written."""
    measured: str
    """As people read it."""
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFailed:
    """A bug in Gatecrash itself."""

    event: Literal["tool_failed"] = "tool_failed"
    at_s: float
    traceback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The last event of a run that ended in an orderly way."""

    event: Literal["run_ended"] = "run_ended"
    at_s: float


Event = Annotated[
    RunStarted
    | LiveStarted
    | PhaseStarted
    | UsersCame
    | UsersLeft
    | FaultChosen
    | ServiceRestarted
    | Sample
    | ControlSample
    | AnswerSeen
    | LinksCarried
    | LinksCounted
    | ProbeTaken
    | UndoRecorded
    | UndoDone
    | UndoFailed
    | FaultInjected
    | FaultStepped
    | FaultTookEffect
    | FaultUndone
    | AuditTaken
    | ReferencesLookedUp
    | CutShort
    | EnvironmentBroke
    | Interrupted
    | SafeguardTripped
    | ToolFailed
    | RunEnded,
    Field(discriminator="event"),
]
