"""The kill matrix for people: a table on a terminal, one thing on one line elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chaos.prove.cell import Result, State
from chaos.prove.matrix import Matrix
from chaos.reports.words import printable

MARKS: Final[dict[State, tuple[str, str]]] = {
    "killed": ("✘", "green"),
    "survived": ("○", "red"),
    "held": ("✔", "green"),
    "refuted": ("✘", "red"),
    "inconclusive": ("?", "yellow"),
    "error": ("!", "magenta"),
    "not run": ("·", "dim"),
}
"""A variant that is killed is good news; so is one that survives an experiment that does not claim to catch it."""
PADDING, NUMBER = 3, 2
"""Characters that the frame of a column takes, and the number of a variant."""


def write_matrix(matrix: Matrix, console: Console) -> None:
    for system in matrix.systems:
        if console.is_terminal:
            _write_tables(matrix, system, console)
        else:
            for line in _lines(matrix, system):
                console.print(line, markup=False, soft_wrap=True)
    for result in matrix.unclaimed:
        said = f"note: {result.cell.plan.id} also catches {result.cell.plan.variant}, by {result.by}"
        console.print(printable(said), style="dim", markup=False, soft_wrap=True)
    for result in matrix.in_the_way:
        said = f"in the way: {result.cell.plan.id} {result.cell.where}: {result.why}"
        console.print(printable(said), style="yellow", markup=False, soft_wrap=True)
    for problem in matrix.problems:
        console.print(printable(f"wrong: {problem}"), style="bold red", markup=False, soft_wrap=True)
    console.print(_summary(matrix), markup=False, soft_wrap=True)


def cell_line(result: Result) -> str:
    by = f", by {result.by}" if result.by else f": {result.why}" if result.why else ""
    return printable(f"{result.state}: {result.cell.plan.id} {result.cell.where}{by}")


def _lines(matrix: Matrix, system: str) -> Iterator[str]:
    for plan in matrix.plans(system):
        found = [(variant, matrix.variant(plan, variant)) for variant in matrix.variants(system)]
        parts = [f"{variant} {each.state}" for variant, each in found if each is not None]
        for name, result in (("muted", matrix.muted(plan)), ("plain", matrix.plain(plan))):
            parts += [f"({name}: {result.state})"] if result is not None else []
        yield printable(f"{plan.id}: {', '.join(parts)}")


def _write_tables(matrix: Matrix, system: str, console: Console) -> None:
    """Variants stand across by their names or, where the terminal is too narrow for that, by explained numbers; as
    many of them in a table as fit.
    """
    plans, variants = matrix.plans(system), matrix.variants(system)
    counter = ("muted", "plain") if matrix.full else ("muted",)
    heads = ["experiment", *(plan.id for plan in plans)]
    room = console.width - 1 - max(map(len, heads)) - PADDING - sum(len(name) + PADDING for name in counter)
    by_name = sum(len(variant) + PADDING for variant in variants) <= room
    beside = len(variants) if by_name else max(1, room // (NUMBER + PADDING))
    console.print(Text(f"\n{printable(system)}: experiments against variants", style="bold"))
    for first in range(0, max(1, len(variants)), max(1, beside)):
        numbered = list(enumerate(variants, start=1))[first : first + beside]
        heads = [printable(variant) if by_name else str(number) for number, variant in numbered]
        table = Table()
        table.add_column("experiment", overflow="fold")
        for head in (*counter, *heads):
            table.add_column(Text(head), justify="center")
        for plan in plans:
            found = [matrix.muted(plan), *([matrix.plain(plan)] if matrix.full else [])]
            found += [matrix.variant(plan, variant) for _, variant in numbered]
            table.add_row(Text(printable(plan.id)), *map(_mark, found))
        console.print(table)
        if not by_name:
            legend = "  ".join(f"{number} {printable(variant)}" for number, variant in numbered)
            console.print(legend, style="dim", markup=False)
    console.print("✘ killed  ○ survived  ✔ held  ? inconclusive  ! error  · not run", style="dim", markup=False)


def _mark(result: Result | None) -> Text:
    if result is None:
        return Text("")
    mark, style = MARKS[result.state]
    fine = result.state == "survived" and not result.cell.claimed
    return Text(mark, style="dim" if fine else style)


def _summary(matrix: Matrix) -> str:
    counts: Sequence[State] = ("killed", "survived", "held", "refuted", "inconclusive", "error", "not run")
    said = ", ".join(f"{count} {state}" for state in counts if (count := matrix.count(state)))
    return f"{said}; run {matrix.run}"
