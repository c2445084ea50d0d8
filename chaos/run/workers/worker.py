"""What a run asks of whoever runs its experiments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chaos.backends.links import Choice
from chaos.experiment.plan import Plan
from chaos.journal.journal import Listener
from chaos.run.folders import RunFolder
from chaos.verdict.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One experiment to run. `name` is that of its folder in the run."""

    plan: Plan
    name: str
    attempt: int = 1
    repetition: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What all tasks of a run have in common."""

    folder: RunFolder
    choice: Choice
    stop_when_refuted: bool = False
    reuse: bool = False
    """A system that an experiment left as it was serves the next one that asks for the same."""


class Worker(Protocol):
    """Runs one task at a time. Whatever becomes of it, or of who asks it, nothing stays broken."""

    async def run(self, task: Task, listeners: Sequence[Listener]) -> Verdict:
        """Listeners hear of every event. Raises `EnvironmentFailed` when there can be no journal or no lease of it."""

    def interrupt(self, signal: int) -> None:
        """Stop what runs, or what is run next, at once; the undos follow. 0: no signal, something else went wrong."""

    async def end(self) -> None:
        """Nothing of it is left when this returns."""
