"""The experiment file: what goes wrong, what must hold meanwhile, and how soon all is well again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import BeforeValidator, Field, create_model, field_validator, model_validator

from chaos.experiment.arrivals import Span
from chaos.experiment.graceful import Allowance, RuleBounds
from chaos.experiment.ramp import Ramp
from chaos.experiment.safeguard import Safeguard
from chaos.experiment.targets import Targets
from chaos.experiment.tolerance import (
    AuditBounds,
    Bounds,
    DetectBounds,
    ImpactBounds,
    JourneyBounds,
    LinkBounds,
    ProbeBounds,
)
from chaos.experiment.values import Texts, as_tuple, one_or_many
from chaos.faults import FAULTS
from chaos.faults.fault import PLACES, Change, Fault, Place, SetToxics
from chaos.fields import Duration, Scalar, Share, Strict
from chaos.units import format_duration

MOST_TIMES = 1000
Ordinal = Annotated[int, Field(ge=1)]
Shapes = Annotated[
    tuple[Literal["clean", "sawtooth", "plateau"], ...], BeforeValidator(as_tuple), one_or_many("string")
]


class Only(Strict):
    """Counted from 1, from when the fault begins, over the whole link. Only the embedded proxy can tell."""

    request: Ordinal | tuple[Ordinal, ...] | None = Field(
        None, description="for HTTP faults: the third, or a list; those that `match` are counted"
    )
    connection: Ordinal | tuple[Ordinal, ...] | None = Field(
        None, description="the first, or a list; those opened since are counted"
    )

    @model_validator(mode="after")
    def _something(self) -> Only:
        if self.request in (None, ()) and self.connection in (None, ()):
            raise ValueError("`only` needs numbers: {request: 3}, {connection: [1, 2]}")
        return self

    def settings(self) -> Mapping[str, object]:
        """As a toxic wants it."""
        given = {"request": self.request, "connection": self.connection}
        return {key: list(each) if isinstance(each, tuple) else each for key, each in given.items() if each}


def _only(change: SetToxics, only: Only | None) -> SetToxics:
    if only is None:
        return change
    settings = {"only": only.settings()}
    return SetToxics(tuple(replace(toxic, settings={**toxic.settings, **settings}) for toxic in change.toxics))


class FaultEntryBase(Strict):
    """One fault of the schedule: exactly one place (`link` or `journey`, as the fault wants it), when, and exactly one
    fault key.
    """

    name: str | None = Field(None, description="what reports call it; by default its kind and its place")
    at: Duration = Field(0.0, description="when it begins, from the start of the fault phase")
    lasts: Duration | None = Field(
        None,
        alias="for",
        gt=0,
        description="how long it lasts; without it, until every claim of `during` has its samples",
    )
    every: Duration | None = Field(
        None, gt=0, description="it comes again this long after it began, with `times` or `until`; longer than `for`"
    )
    times: int | None = Field(None, ge=2, le=MOST_TIMES, description="how often it comes in all")
    until: Duration | None = Field(
        None, gt=0, description="from then on it does not begin again; counted like `at`, from the start of the phase"
    )
    ramp: Ramp | None = Field(None, description="how one of its attributes changes while it is on")
    during: Mapping[str, JourneyBounds] = Field(
        default_factory=dict, description="what must hold for the runs that are due while this very fault is on"
    )
    services: Targets | None = Field(None, description="several services that it happens to, in place of `service`")
    share: Share = Field(1.0, gt=0, description="share of connections that it happens to; of requests, for HTTP faults")
    only: Only | None = Field(None, description="the requests or connections that it happens to, by their numbers")

    @model_validator(mode="after")
    def _one_fault(self) -> FaultEntryBase:
        kinds = [kind for kind in FAULTS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            found = f", not {len(kinds)} ({', '.join(kinds)})" if kinds else ""
            raise ValueError(f"an entry needs exactly one fault{found}; the faults are {', '.join(FAULTS)}")
        places = [place for place in PLACES if getattr(self, place) is not None]
        if self.services is not None:
            places.append("service")
        if places != [self.fault.place]:
            found = f", not to {' and '.join(f'a {place}' for place in places)}" if places else ""
            name = f"the {self.fault.place}'s name"
            raise ValueError(
                f"{self.kind} happens to a {self.fault.place}{found}; write `{self.fault.place}:` and {name}"
            )
        if self.share < 1 and not isinstance(self.fault.change(), SetToxics):
            raise ValueError(f"{self.kind} happens to the whole {self.fault.place}; it takes no share")
        if self.only is not None and not isinstance(self.fault.change(), SetToxics):
            raise ValueError(f"{self.kind} happens to the whole {self.fault.place}; it takes no `only`")
        if self.only is not None and self.only.request is not None and not self.fault.per_request:
            raise ValueError(f"{self.kind} knows no requests; `only` takes the numbers of connections here")
        return self

    @model_validator(mode="after")
    def _comes_again(self) -> FaultEntryBase:
        if self.every is None:
            given = [name for name in ("times", "until") if getattr(self, name) is not None]
            if given:
                raise ValueError(f"`{given[0]}` goes with `every`, which says how often it comes")
            return self
        if (self.times is None) == (self.until is None):
            raise ValueError("`every` goes with exactly one of: times (like 3), until (like 6s)")
        if self.lasts is None or self.lasts >= self.every:
            raise ValueError("what comes again must be over in between; write a `for` that is shorter than `every`")
        if self.until is not None and not 1 < self._count <= MOST_TIMES:
            raise ValueError(f"before `until` it begins this often: {self._count}; 2 to {MOST_TIMES} was expected")
        return self

    @model_validator(mode="after")
    def _grows(self) -> FaultEntryBase:
        if self.ramp is not None:
            self.ramp.changes(self.fault)
            last = self.ramp.each * len(self.ramp.steps)
            if self.lasts is None or self.lasts <= last:
                least = format_duration(round(last, 9))
                raise ValueError(f"the last step of its ramp begins after {least}; write a `for` that is longer")
        return self

    @property
    def _count(self) -> int:
        if self.every is None:
            return 1
        until = self.until or 0.0
        return self.times or max(0, math.ceil((until - self.at) / self.every - 1e-9))

    @property
    def starts(self) -> tuple[float, ...]:
        """When it begins each time, from the start of the fault phase."""
        return tuple(round(self.at + number * (self.every or 0.0), 9) for number in range(self._count))

    def spans(self, open_end_s: float) -> tuple[Span, ...]:
        """From when to when it is on each time; `open_end_s` is how long it lasts when it has no `for`."""
        lasts = open_end_s if self.lasts is None else self.lasts
        return tuple((start, start + lasts) for start in self.starts)

    def ends(self, open_end_s: float) -> float:
        """When it is over for the last time."""
        return self.spans(open_end_s)[-1][1]

    def is_on(self, at_s: float, open_end_s: float) -> bool:
        return any(start <= at_s < end for start, end in self.spans(open_end_s))

    @property
    def kind(self) -> str:
        return next(kind for kind in FAULTS if getattr(self, kind) is not None)

    @property
    def fault(self) -> Fault:
        return cast(Fault, getattr(self, self.kind))

    @property
    def place(self) -> Place:
        return self.fault.place

    @property
    def on(self) -> str:
        """The name of its link, journey or whatever place it has."""
        return cast(str, getattr(self, self.place))

    @property
    def on_link(self) -> str | None:
        """The link that it happens to; None: it has another place."""
        return self.on if self.place == "link" else None

    @property
    def change(self) -> Change:
        """What to do to its place."""
        change = self.fault.change()
        return _only(change, self.only) if isinstance(change, SetToxics) else change

    @property
    def steps(self) -> tuple[tuple[float, SetToxics], ...]:
        """What its ramp sets, each with the seconds from the injection."""
        if self.ramp is None:
            return ()
        changes = (_only(change, self.only) for change in self.ramp.changes(self.fault))
        return tuple((self.ramp.each * number, change) for number, change in enumerate(changes, start=1))

    @property
    def title(self) -> str:
        return self.name or f"{self.kind} on {self.on}"


if TYPE_CHECKING:  # a type checker can't follow a model that is made from a table
    FaultEntry = FaultEntryBase
else:
    _KEYS = {kind: (fault | None, Field(None, description=fault.summary)) for kind, fault in FAULTS.items()}
    _WHERE = {place: (str | None, Field(None, description=f"the {place} that it happens to")) for place in PLACES}
    FaultEntry = create_model("FaultEntry", __base__=FaultEntryBase, **_WHERE, **_KEYS)


class Baseline(Strict):
    """The steady state before anything is broken."""

    within: Duration = Field(15.0, description="it must have been shown by then, else the verdict is inconclusive")


class Recovery(Strict):
    """The way back."""

    within: Duration = Field(10.0, description="steady state must be back this soon after the last fault is undone")
    hold: Duration = Field(0.0, description="and must go on for at least this long; never shorter than `window`")
    stuck: Duration | None = Field(
        None,
        description="and this soon after the services behind the broken links are healthy, asked round the proxies: a "
        "breaker that stays open is stuck",
    )
    shape: Shapes = Field(
        (), description="how it may come back, one or a list: clean, sawtooth (came and went), plateau (stuck half-way)"
    )


class Experiment(Strict):
    """One claim about what users see while something is broken."""

    name: str = Field(min_length=1, description="its title")
    system: str = Field(description="the system file, from this file's folder")
    why: str = Field("", description="what one learns from it")
    tags: tuple[str, ...] = ()
    catches: tuple[str, ...] = Field((), description="variants of the system on which this experiment must fail")
    journeys: tuple[str, ...] = Field(
        (), description="the journeys that users make meanwhile; without it, all of the system"
    )
    vars: Mapping[str, Scalar] = Field(default_factory=dict, description="other values for the system's vars")
    matrix: Mapping[str, Annotated[tuple[Scalar, ...], Field(min_length=1)]] = Field(
        default_factory=dict,
        description="lists of values; each combination is an experiment of its own, called `file[value-value]`. "
        "{matrix.NAME} in any text of this file; a name that is also a var of the system sets it",
    )
    include: Texts = Field(
        (), description="files (`_common.yaml`) whose keys are taken in as if they stood here; none may stand in both"
    )
    window: Duration = Field(1.0, gt=0, description="steady state must hold at least this long")
    samples: int = Field(20, ge=1, description="a tolerance needs at least this many samples")
    confidence_within: Duration = Field(
        60.0,
        gt=0,
        description="faults last longer for claims with a `confidence`, until these are decided, so long at most",
    )
    baseline: Baseline = Field(default_factory=Baseline)
    control: bool = Field(
        False,
        description="a second copy of the system, with the same users and without the faults; bounds of `during` may "
        'then be written against it: "<= control + 200ms"',
    )
    steady_state: Mapping[str, JourneyBounds] = Field(min_length=1)
    faults: tuple[FaultEntry, ...] = Field(min_length=1)
    during: Mapping[str, JourneyBounds] = Field(default_factory=dict)
    recovery: Recovery = Field(default_factory=Recovery)
    impact: Mapping[str, ImpactBounds] = Field(
        default_factory=dict, description="what journeys suffer in all, from the first fault to the end of recovery"
    )
    links: Mapping[str, LinkBounds] = Field(default_factory=dict, description="what becomes of the traffic on links")
    detect: DetectBounds | None = Field(None, description="how soon trouble is noticed, from the first fault on")
    probes: Mapping[str, ProbeBounds] = Field(
        default_factory=dict, description="what the system's probes may say; these and those of `safeguards` are asked"
    )
    audit: Mapping[str, AuditBounds] = Field(default_factory=dict)
    safeguards: tuple[Safeguard, ...] = Field(
        (), description="what must not be reached: where it is, everything is undone at once and the verdict is aborted"
    )
    rules: RuleBounds | None = Field(None, description="how many findings of the graceful rules there may be")
    allow: tuple[Allowance, ...] = Field((), description="findings that are borne with for a while")

    @model_validator(mode="after")
    def _something_can_be_stuck(self) -> Experiment:
        if self.recovery.stuck is not None and all(fault.on_link is None for fault in self.faults):
            raise ValueError("recovery.stuck: no fault is on a link, so no service behind one can be healthy again")
        return self

    @field_validator("steady_state")
    @classmethod
    def _is_shown_by_one_window(cls, bounds: Mapping[str, Bounds]) -> Mapping[str, Bounds]:
        for name, each in bounds.items():
            for tolerance in each.tolerances(name):
                if tolerance.bound.confidence is not None:
                    message = "`confidence` goes with claims of `during`, whose phase goes on until they are decided"
                    raise ValueError(f"{name}.{tolerance.measure}: {message}")
        return bounds
