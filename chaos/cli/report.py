"""`gatecrash report`: the verdicts of an earlier run, derived from its journals again."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from chaos.cli.completion import run_ids
from chaos.cli.options import Annotations
from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.journal.events import RunStarted
from chaos.journal.journal import read_journal
from chaos.prove.cell import Cell
from chaos.prove.matrix import Matrix, make_matrix
from chaos.prove.text import write_matrix
from chaos.reports import REPORTERS
from chaos.reports.files import write_report
from chaos.reports.report import Report
from chaos.run.folders import RunFolder, find_run
from chaos.verdict.judge import judge
from chaos.verdict.verdict import Verdict

Format = StrEnum("Format", list(REPORTERS))  # type: ignore[misc]
TEXT = Format("text")
ENDINGS: Final[Mapping[str, str]] = {
    "text": ".txt",
    "json": ".json",
    "junit": ".xml",
    "html": ".html",
    "markdown": ".md",
    "sarif": ".sarif",
    "github": ".annotations.txt",
}
"""Of the files that several formats are written to."""


def report(
    run: Annotated[
        str,
        typer.Argument(help="The run's id, the beginning of it, its folder, or `last`.", autocompletion=run_ids),
    ] = "last",
    forms: Annotated[
        list[Format] | None, typer.Option("--format", help="How to render it; may be given several times.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Write to this file instead of stdout; with several formats, each with its own ending.",
        ),
    ] = None,
    annotations: Annotations = None,
) -> int:
    """Show the verdicts of an earlier run (of `prove`, the kill matrix as well), and end as that run did."""
    wanted = list(dict.fromkeys(forms or [TEXT]))
    if len(wanted) > 1 and output is None:
        raise InvalidOption(
            f"{len(wanted)} formats ({', '.join(wanted)}) can't share stdout; with --output NAME they are written to "
            f"{', '.join('NAME' + ENDINGS[form] for form in wanted)}"
        )
    folder = find_run(run)
    began = [name for name in folder.experiments if folder.journal(name).exists()]
    verdicts = tuple(judge(read_journal(folder.journal(name))) for name in began)
    result = Report(run=folder.id, verdicts=verdicts, allowed=folder.allowed, skipped=folder.skipped)
    for form in wanted:
        if output is None:
            REPORTERS[form](result, sys.stdout)
        else:
            write_report(form, result, output if len(wanted) == 1 else output.with_name(output.name + ENDINGS[form]))
    code = result.exit_code
    if folder.proves is not None:
        matrix = _matrix(folder, began, verdicts)
        code = matrix.exit_code
        if TEXT in wanted and output is None:
            write_matrix(matrix, Console(highlight=False))
    if annotations is not None:
        REPORTERS[annotations](result, sys.stdout if output is not None else sys.stderr)
    left_out = [name for name in folder.experiments if name not in began]
    if left_out and code == 0:
        raise EnvironmentFailed(f"the run was killed before it came to: {', '.join(left_out)}")
    return code


def _matrix(folder: RunFolder, began: Sequence[str], verdicts: Sequence[Verdict]) -> Matrix:
    """Of a run of `gatecrash prove`: every cell's plan is the first event of its journal."""
    starts = (next(iter(read_journal(folder.journal(name)))) for name in began)
    plans = [start.plan for start in starts if isinstance(start, RunStarted)]
    cells = [Cell(plan, plan.variant in plan.experiment.catches) for plan in plans]
    kind = folder.proves or {}
    return make_matrix(cells, verdicts, run=folder.id, full=kind["full"], whole=kind["whole"])
