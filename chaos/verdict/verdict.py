"""What a verdict is: the word, all its reasons, and every figure that a report shows. Reporters render it, no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from chaos.errors import BUG, SIGNALLED, UNDO_FAILED
from chaos.experiment.plan import Plan
from chaos.journal.events import AnswerSeen
from chaos.rules.story import Fate as Told
from chaos.rules.story import Outcome

Word = Literal["passed", "failed", "inconclusive", "aborted", "error"]
State = Literal["held", "refuted", "undecided"]

EXIT_CODES: Final[Mapping[Word, int]] = {"passed": 0, "failed": 1, "error": 3, "inconclusive": 4, "aborted": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that the experiment says of the app, and whether it held. Figures are in the measure's base unit."""

    phase: Literal["during", "recovery", "impact", "links", "detect", "probes", "audit", "rules"]
    text: str
    state: State
    measured: str
    """The figure as people read it; empty when there is none."""
    samples: int = 0
    interval: str = ""
    """The 95 % confidence interval, as people read it."""
    control: str = ""
    """The same figure of the copy without the fault; empty where there is none, or it was not measured."""
    difference: str = ""
    """How far the figure is from the control's, where that is what was claimed: then `samples` are pairs of runs that
    were due at the same moment, and `interval` is of the difference."""
    why: str = ""
    """Why it is refuted or undecided, in a clause."""
    first_offence: Offence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """The first run that counts against a claim, and what its user got."""

    journey: str
    due_s: float
    outcome: Outcome
    took_s: float
    status: int | None
    says: str
    """The page's words, or why there was no answer."""
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether a fault provably met the users' traffic."""

    fault: str
    acted: bool
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToRecover:
    """Seconds from the last undo to the first run of the steady stretch; the truth lies between two runs."""

    at_least_s: float
    at_most_s: float


Shape = Literal["clean", "sawtooth", "plateau", "never"]
"""How users were served again after the last undo: once and for all; it came and went; stuck half-way for a while; not
for good while it was watched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """Seconds from the first fault until trouble was noticed; None: it was not, or it can't be told."""

    told_s: float | None
    """By the app itself."""
    reported_s: float | None
    """By simulated reports of its users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suffered:
    """What users of one journey went through, from the first fault to the end of recovery."""

    journey: str
    lost_user_s: float
    """How long they went without, all of them added up."""
    abandonment: float | None
    """Share of them who left for good; None: on this journey nobody ever does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTraffic:
    """Requests or connections of one link for each request of a user, by phase; and its busiest moment after the last
    undo, as a multiple of the baseline's average. None: it can't be measured."""

    link: str
    before: float | None
    during: float | None
    after: float | None
    herd: float | None
    counted: Literal["requests", "connections"] = "connections"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A phase on the run's clock; `to_s` is None when the run ended in it."""

    phase: str
    from_s: float
    to_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSpan:
    """While a fault was on, on the run's clock; `to_s` is None when it was never undone."""

    fault: str
    on: str
    """The link or journey that it happened to."""
    from_s: float
    to_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The runs of one journey that were due in one short stretch of time; percentiles are over all of them."""

    from_s: float
    served: int
    degraded: int
    broken: int
    p50_s: float
    p95_s: float
    p99_s: float
    control_p95_s: float | None = None
    """Of the copy without the fault, where there was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """How one journey fared over time. Slices are `slice_s` long; those in which nothing was due are left out."""

    journey: str
    slice_s: float
    slices: tuple[Slice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The runs of one journey that were due in one phase."""

    journey: str
    phase: str
    served: int
    degraded: int
    broken: int
    p50_s: float
    p95_s: float

    @property
    def total(self) -> int:
        return self.served + self.degraded + self.broken


ItemFate = Literal["stored", "lost", "duplicated", "corrupted", "pending", "refused", "unknown", "phantom"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a user handed over: what became of it, and what the user was told about it."""

    user: str
    sent_s: float
    answered_s: float | None
    """None: no answer came."""
    id: str | None
    """None: it was not acknowledged."""
    key: str | None
    checksum: str | None
    fate: ItemFate
    told: Told | None
    """What the answer's words say of it."""
    truthful: bool | None
    """Whether the words agree with what became of it; None: nothing was said, or it can't be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What became of the items that a journey sent."""

    audit: str
    journey: str
    acknowledged: int
    stored: int
    lost: tuple[str, ...]
    duplicated: tuple[str, ...]
    pending: tuple[str, ...]
    refused: int
    """Not acknowledged, and the user was shown an error."""
    unknown: int
    """Not acknowledged, and the user got no answer."""
    phantom: int
    """Never acknowledged, stored all the same."""
    corrupted: tuple[str, ...] = ()
    """Stored, but not as they were sent."""
    untruthful: int = 0
    """Users who were told something that did not hold of what they had handed over."""
    items: tuple[Item, ...] = ()
    """Those that are not plainly acknowledged and stored, and those of whom something untrue was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """One graceful rule that one kind of answer, or the run as a whole, broke after the first fault was injected."""

    rule: str
    name: str
    level: Literal["E", "W"]
    journey: str
    """Empty: it is of no single journey."""
    phases: tuple[str, ...]
    reason: str
    advice: str
    count: int
    users: int
    first_s: float | None
    answer: str | None = None
    """Fingerprint of the answer; None: it is no single kind of answer."""
    allowed: str | None = None
    """Why it is borne with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSkipped:
    """A rule that was due and could not be judged."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One kind of thing that users got instead of what they came for."""

    journey: str
    count: int
    users: int
    first_s: float
    last_s: float
    outcome: Outcome
    status: int | None
    says: str
    rules: Mapping[str, str]
    """Rule id to what was found."""
    answer: AnswerSeen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Of one experiment. `reasons` holds all of them, the deciding ones first."""

    id: str
    title: str
    why: str
    file: str
    tags: tuple[str, ...]
    catches: tuple[str, ...]
    variant: str | None
    seed: int
    gatecrash: str
    rules: str
    wall_time: str
    attempt: int = 1
    """More than 1: the attempts before were inconclusive, and this one counts."""
    repetition: int = 1
    """Which of the runs that were asked for; the worst of them counts."""
    served: tuple[str, ...] = ()
    """The experiments of the run that its system had been used for before."""
    muted: bool = False
    """Nothing was injected, on purpose."""
    verdict: Word
    exit_code: int
    busy: bool = False
    """Some reason is that this machine was too busy to tell."""
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    claims: tuple[Claim, ...]
    proofs: tuple[Proof, ...]
    recovered: TimeToRecover | None
    shape: Shape | None = None
    """None: recovery was not watched."""
    stuck_s: float | None = None
    """From when the services behind the broken links were healthy until steady state was back, or nobody watched."""
    detected: Detected | None = None
    suffered: tuple[Suffered, ...] = ()
    traffic: tuple[LinkTraffic, ...] = ()
    watched_recovery_s: float | None
    phases: tuple[Span, ...]
    tallies: tuple[Tally, ...]
    control: tuple[Tally, ...] = ()
    """The same of the copy without the fault, where there was one."""
    boundary: int
    """Runs due before the first injection and ended after it: shown, not judged."""
    ledgers: tuple[Ledger, ...]
    seen: tuple[Seen, ...]
    findings: tuple[RuleFinding, ...] = ()
    not_checked: tuple[RuleSkipped, ...] = ()
    faults: tuple[FaultSpan, ...] = ()
    """Those that were injected, in file order."""
    recovered_at_s: float | None = None
    """When steady state was back, on the run's clock."""
    series: tuple[Series, ...] = ()
    plan: Plan | None = None
    """What was run: all of it, as the journal has it."""
    took_s: float

    @property
    def conclusive(self) -> bool:
        return self.verdict in {"passed", "failed"}


def worst_exit_code(codes: Sequence[int]) -> int:
    """Over a suite: 6, signals, 70, 3, 1, 5, 4, 0."""
    signals = sorted({code for code in codes if code > SIGNALLED})
    order = (UNDO_FAILED, *signals, BUG, 3, 1, 5, 4, 0)
    return next((code for code in order if code in codes), 0)
