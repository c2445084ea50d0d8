"""The kill matrix: what became of every cell, and what is not as it must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chaos.experiment.plan import Plan
from chaos.prove.cell import Cell, Result, State, result_of
from chaos.verdict.verdict import Verdict, worst_exit_code

EXCUSE = "catches no variant"
"""What the `why` of an experiment that catches nothing must say, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """`full`: every pair was to be run. `whole`: all experiments of the systems are there, so that a variant that none
    of them catches is really caught by none.
    """

    run: str
    results: tuple[Result, ...]
    full: bool = False
    whole: bool = True

    @property
    def systems(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(result.cell.plan.system.name for result in self.results))

    def plans(self, system: str) -> tuple[Plan, ...]:
        """One for each experiment of that system, in the order of the run."""
        first: dict[str, Plan] = {}
        for result in self.results:
            if result.cell.plan.system.name == system:
                first.setdefault(result.cell.plan.id, result.cell.plan)
        return tuple(first.values())

    def variants(self, system: str) -> tuple[str, ...]:
        """In the order of the system's file."""
        return tuple(dict.fromkeys(variant for plan in self.plans(system) for variant in plan.system.variants))

    def variant(self, plan: Plan, variant: str) -> Result | None:
        return self._find(plan, variant, muted=False)

    def muted(self, plan: Plan) -> Result | None:
        return self._find(plan, None, muted=True)

    def plain(self, plan: Plan) -> Result | None:
        return self._find(plan, None, muted=False)

    def count(self, *states: State) -> int:
        return sum(result.state in states for result in self.results)

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is not as it must be, each with its name."""
        return (*(result.problem for result in self.results if result.problem), *self._silent(), *self._uncaught())

    @property
    def in_the_way(self) -> tuple[Result, ...]:
        """Cells of which nothing can be said: the machine was too busy, the environment failed, somebody stopped it."""
        return tuple(result for result in self.results if result.exit_code)

    @property
    def unclaimed(self) -> tuple[Result, ...]:
        """Variants that an experiment kills and does not name under `catches`."""
        return tuple(result for result in self.results if result.state == "killed" and not result.cell.claimed)

    @property
    def exit_code(self) -> int:
        """0: all holds. 1: something named is wrong. Otherwise what was in the way; 4: only a machine that was busy."""
        return worst_exit_code([*(result.exit_code for result in self.results), 1 if self.problems else 0])

    def _find(self, plan: Plan, variant: str | None, *, muted: bool) -> Result | None:
        wanted = (plan.id, variant, muted)
        return next((each for each in self.results if _key(each.cell.plan) == wanted), None)

    def _silent(self) -> Iterator[str]:
        for system in self.systems:
            for plan in self.plans(system):
                if not plan.experiment.catches and EXCUSE not in " ".join(plan.experiment.why.split()):
                    yield f'{plan.id} catches nothing; if that is right, its `why` says "{EXCUSE}", and the reason'

    def _uncaught(self) -> Iterator[str]:
        if not self.whole:
            return
        for system in self.systems:
            plans = self.plans(system)
            for variant in self.variants(system):
                found = [each for plan in plans if (each := self.variant(plan, variant)) is not None]
                if self.full:
                    undecided = any(each.exit_code or each.state == "not run" for each in found)
                    if not undecided and all(each.state != "killed" for each in found):
                        yield f"nothing catches the variant {variant} of {system}"
                elif all(variant not in plan.experiment.catches for plan in plans):
                    yield f"nothing claims to catch the variant {variant} of {system}"


def make_matrix(cells: Sequence[Cell], verdicts: Sequence[Verdict], *, run: str, full: bool, whole: bool) -> Matrix:
    """Verdicts are found by what they are of; a cell without one was not run."""
    by_cell = {(verdict.id, verdict.variant, verdict.muted): verdict for verdict in verdicts}
    results = tuple(result_of(cell, by_cell.get(_key(cell.plan))) for cell in cells)
    return Matrix(run=run, results=results, full=full, whole=whole)


def _key(plan: Plan) -> tuple[str, str | None, bool]:
    return plan.id, plan.variant, plan.muted


def as_document(matrix: Matrix) -> Mapping[str, object]:
    """For pipelines and other programs."""
    return {
        "run": matrix.run,
        "exit_code": matrix.exit_code,
        "full": matrix.full,
        "problems": list(matrix.problems),
        "cells": [
            {
                "experiment": result.cell.plan.id,
                "system": result.cell.plan.system.name,
                "variant": result.cell.plan.variant,
                "muted": result.cell.plan.muted,
                "claimed": result.cell.claimed,
                "state": result.state,
                "by": result.by,
                "why": result.why,
                "problem": result.problem,
                "folder": result.cell.name,
            }
            for result in matrix.results
        ],
    }
