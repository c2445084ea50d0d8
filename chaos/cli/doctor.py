"""`gatecrash doctor`: what this machine has, what it lacks, what is left over, and how to put it right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chaos.cli.healing import heal_abandoned
from chaos.doctor import CHECKS
from chaos.doctor.check import Result
from chaos.doctor.containers import remove_left_over
from chaos.doctor.orphans import end_orphans
from chaos.doctor.unfinished import remove_unfinished
from chaos.errors import EnvironmentFailed

STYLES: Final = {"well": ("✔", "green"), "note": ("·", "yellow"), "wrong": ("✘", "red")}


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Undo, end and remove what earlier runs left over, and look again.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout instead of text.")] = False,
) -> int:
    """What is installed, limited and left over: exit code 0 all well, 3 something needed is missing or left over."""
    console = Console(stderr=as_json, highlight=False)
    if repair:
        for put_right in REPAIRS.values():
            put_right(console)
    results = {name: check.look() for name, check in CHECKS.items()}
    wrong = [name for name, result in results.items() if result.status == "wrong"]
    code = EnvironmentFailed.exit_code if wrong else 0
    if as_json:
        typer.echo(_document(results, code))
        return code
    for group, names in groupby(results, key=lambda name: CHECKS[name].group):
        console.print(f"[bold]{group}[/bold]")
        console.print(_table({name: results[name] for name in names}))
    console.print(f"not well: {', '.join(wrong)}" if wrong else "all is well", style="bold")
    return code


def _telling(did: str, act: Callable[[], Iterable[object]]) -> Callable[[Console], object]:
    """A repair that says what it did."""

    def put_right(console: Console) -> None:
        for thing in act():
            console.print(f"{did}: {thing}", markup=False, soft_wrap=True)

    return put_right


REPAIRS: Final[Mapping[str, Callable[[Console], object]]] = {
    "leases": heal_abandoned,
    "processes": _telling("ended", end_orphans),
    "containers": _telling("removed", remove_left_over),
    "unfinished": _telling("removed", remove_unfinished),
}
"""In this order: what a lease knows is undone as it says, and what is still there then has no lease."""


def _table(results: Mapping[str, Result]) -> Table:
    table = Table.grid(padding=(0, 1))
    for name, result in results.items():
        mark, style = STYLES[result.status]
        said = Text(result.says)
        if result.status != "well":
            said.append(f"\nfor {CHECKS[name].serves}", style="dim")
            said.append(f"\n-> {result.do}", style="italic")
        table.add_row(Text(f"  {mark}", style=style), name, said)
    return table


def _document(results: Mapping[str, Result], code: int) -> str:
    checks: list[dict[str, Any]] = [
        {
            "name": name,
            "group": CHECKS[name].group,
            "for": CHECKS[name].serves,
            "status": result.status,
            "says": result.says,
            "do": result.do,
        }
        for name, result in results.items()
    ]
    return json.dumps({"checks": checks, "exit_code": code}, indent=2, ensure_ascii=False)
