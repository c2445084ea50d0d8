"""What was done to the system: faults in and out, grouped into trials.

A trial begins with the first fault on a system that nobody is breaking, and is over when the last fault is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from chaos.dashboard.written import settings_of
from chaos.experiment.experiment import FaultEntry
from chaos.journal.events import FaultTookEffect
from chaos.units import format_share, format_size

MOST_TRIALS: Final = 200
"""Remembered; the oldest are forgotten first."""
Ended = Literal["over", "by hand", "nobody looks"]
"""Its time was over; somebody undid it; or the last page that showed it was closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One fault that was injected. `ends_s` is when it will be over by itself, None: never, which no page asks for;
    `undone_s` None: it is still on."""

    name: str
    entry: FaultEntry
    injected_s: float
    ends_s: float | None
    undone_s: float | None = None
    ended: Ended | None = None
    effect: FaultTookEffect | None = None


@dataclass(slots=True)
class Trial:
    """`number` counts from 1."""

    number: int
    faults: list[Tried] = field(default_factory=list)
    version: int = 0

    @property
    def is_over(self) -> bool:
        return all(fault.undone_s is not None for fault in self.faults)

    @property
    def began_s(self) -> float:
        return self.faults[0].injected_s

    @property
    def ended_s(self) -> float | None:
        """None: something is still on."""
        return max(fault.undone_s or 0.0 for fault in self.faults) if self.is_over else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedLine:
    """A fault as the timeline shows it. `met` says what it touched; empty: nobody knows yet."""

    name: str
    kind: str
    place: str
    on: str
    settings: Mapping[str, object]
    injected_s: float
    ends_s: float | None
    undone_s: float | None
    ended: Ended | None
    met: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLine:
    number: int
    over: bool
    faults: tuple[TriedLine, ...]


class Trials:
    """Every change carries the version that it makes; `since` gives what has changed after one."""

    def __init__(self) -> None:
        self._trials: list[Trial] = []
        self._count = 0

    def begun(self, name: str, entry: FaultEntry, *, at_s: float, version: int) -> None:
        if not self._trials or self._trials[-1].is_over:
            self._count += 1
            self._trials = [*self._trials[-(MOST_TRIALS - 1) :], Trial(self._count)]
        trial = self._trials[-1]
        ends_s = None if entry.lasts is None else at_s + entry.lasts
        trial.faults.append(Tried(name=name, entry=entry, injected_s=at_s, ends_s=ends_s))
        trial.version = version

    def met(self, name: str, effect: FaultTookEffect, *, version: int) -> None:
        self._change(name, version, effect=effect)

    def undone(self, name: str, *, at_s: float, ended: Ended, version: int) -> None:
        self._change(name, version, undone_s=at_s, ended=ended)

    @property
    def now_on(self) -> tuple[Tried, ...]:
        """Oldest first."""
        return tuple(fault for trial in self._trials for fault in trial.faults if fault.undone_s is None)

    def trial(self, number: int) -> Trial | None:
        """None: there was none, or it is forgotten."""
        return next((trial for trial in self._trials if trial.number == number), None)

    def since(self, version: int) -> tuple[TrialLine, ...]:
        """Oldest first."""
        return tuple(_line(trial) for trial in self._trials if trial.version > version)

    def _change(self, name: str, version: int, **changes: object) -> None:
        """The fault of that name that is on; a name is free again when its fault is gone."""
        for trial in reversed(self._trials):
            for number, fault in enumerate(trial.faults):
                if fault.name == name and fault.undone_s is None:
                    trial.faults[number] = replace(fault, **changes)  # type: ignore[arg-type]
                    trial.version = version
                    return


def _line(trial: Trial) -> TrialLine:
    return TrialLine(number=trial.number, over=trial.is_over, faults=tuple(map(_tried, trial.faults)))


def _tried(tried: Tried) -> TriedLine:
    entry = tried.entry
    share = {"share": format_share(entry.share)} if entry.share < 1 else {}
    return TriedLine(
        name=tried.name,
        kind=entry.kind,
        place=entry.place,
        on=entry.on,
        settings={**settings_of(entry), **share},
        injected_s=tried.injected_s,
        ends_s=tried.ends_s,
        undone_s=tried.undone_s,
        ended=tried.ended,
        met="" if tried.effect is None else met(tried.effect),
    )


def met(effect: FaultTookEffect) -> str:
    """What a fault has touched, in words."""
    counted: Sequence[tuple[int, str]] = (
        (effect.requests, "request"),
        (effect.connections, "connection"),
        (effect.closes, "close"),
    )
    said = [f"{number} {what}{'s' if number != 1 else ''}" for number, what in counted if number]
    if effect.bytes:
        said.append(format_size(effect.bytes))
    if effect.canary is not None:
        said.append(f"a new connection was {effect.canary}")
    if effect.state is not None:
        said.append(f"its processes: {effect.state}")
    if effect.stopped_ratio:
        said.append(f"stopped {effect.stopped_ratio:.0%} of the time")
    return ", ".join(said) or "nobody has met it"
