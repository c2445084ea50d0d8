"""What a lesson is: the evening's clock, a story, a question before the run, something to mend, and a proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MINE = "demo_app/web/mine"
"""Below the working copy: the files of the app that lessons change."""


@dataclass(frozen=True, slots=True)
class Question:
    """Asked before the run. `right` is an index into `choices`; `because` is told after it."""

    asks: str
    choices: tuple[str, str, str]
    right: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The learner's experiment on one version of the app, and whether it must pass or fail there.

    `on` has values of the system's vars. `breaks`: the steady state of the learner is held against this experiment's
    faults, as if it were claimed while they are on.
    """

    about: str
    must: Literal["pass", "fail"]
    on: Mapping[str, str]
    breaks: str | None = None
    then: str
    """What to think about when it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """Proven by running experiments. `writes`: the experiment itself is what the learner has to write."""

    trials: tuple[Trial, ...]
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """Proven by a machine that has what it needs."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Proven by a pipeline's step that is green on the learner's app and red on the app as it was that night."""

    workflow: str


@dataclass(frozen=True, slots=True)
class Played:
    """Proven by a game day that was played to its end."""


Proof = Trials | Ready | Gate | Played


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """`at` is a time of that evening. Texts are paragraphs with an empty line between them; `like this` is code.

    `experiment` and `edits` are files below the working copy. `plays` names what a run shows instead of an experiment.
    """

    number: int
    at: str
    title: str
    story: str
    question: Question | None = None
    look: str
    explanation: str
    task: str
    edits: tuple[str, ...] = ()
    hints: tuple[str, str, str]
    experiment: str | None = None
    proof: Proof
    on: Mapping[str, str] = field(default_factory=lambda: {"mode": "mine"})
    """What `run` runs the experiment on."""

    @property
    def mends_the_app(self) -> bool:
        """What it asks for first is a change of the app."""
        return bool(self.edits) and self.edits[0].startswith(MINE)


def mine(*, then: str) -> Trial:
    """The learner's own app must stand it."""
    return Trial(about="your app", must="pass", on={"mode": "mine"}, then=then)


def night(*, then: str) -> Trial:
    """The app of that night must not."""
    return Trial(about="the app as it was that night", must="fail", on={"mode": "fragile"}, then=then)


def mutant(name: str, about: str, *, then: str) -> Trial:
    """An app with one defect must not, either."""
    return Trial(about=f"an app that {about}", must="fail", on={"mutant": name}, then=then)
