"""Measures of a whole course of events: from the baseline through the faults to the end of recovery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from chaos.measures.measure import Observed, Unit


class Visited(Observed, Protocol):
    """The part of a sample that measures of a course read."""

    @property
    def ended_s(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One journey's runs that were due since the first fault was on, in that order. `until_s`: when the last came."""

    samples: Sequence[Visited]
    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCourse:
    """One link over the whole run, on the run's clock; None where it never came to that."""

    counts: Sequence[tuple[float, int]]
    """When what came by it was counted, and how much that had been by then, oldest first."""
    of: Literal["requests", "connections"]
    """What was counted: requests only where something is claimed of the link and all could be read."""
    sent: Sequence[float]
    """When users sent their requests, oldest first, to whatever link."""
    began_s: float
    broken_s: float
    """Just before the first fault."""
    undone_s: float | None
    until_s: float
    blind: bool
    """It was down for a while: who tried to connect to it then, nobody counted."""
    carried: bool
    """Bytes went over it in the baseline."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What can't be measured, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """It had not come to an end when it was last looked at: the figure is more than this."""

    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCourse:
    """How trouble was noticed. Moments are seconds since the first fault was on."""

    said_before: bool
    """The app said that something is wrong before anything was."""
    said: Sequence[float]
    """When users or the status page said that something is wrong."""
    reported: Sequence[float]
    """When users reported it, in that order."""
    threshold: int
    until_s: float


Found = float | Unknown | AtLeast
C = TypeVar("C", bound=Course | LinkCourse | NoticeCourse)


@dataclass(frozen=True, slots=True)
class CourseMeasure(Generic[C]):
    """`settles`: it may still fall while the run goes on, so only its end tells."""

    name: str
    unit: Unit
    summary: str
    figure: Callable[[C], Found]
    settles: bool = False
    higher_is_better: bool = False
