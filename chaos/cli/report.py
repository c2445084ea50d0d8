"""`gatecrash report`: the verdicts of an earlier run, derived from its journals again."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chaos.cli.completion import run_ids
from chaos.cli.writing import write_report
from chaos.errors import EnvironmentFailed
from chaos.journal.journal import read_journal
from chaos.reports import REPORTERS
from chaos.reports.report import Report
from chaos.run.folders import find_run
from chaos.verdict.judge import judge

Format = StrEnum("Format", list(REPORTERS))  # type: ignore[misc]
TEXT = Format("text")


def report(
    run: Annotated[
        str,
        typer.Argument(help="The run's id, the beginning of it, its folder, or `last`.", autocompletion=run_ids),
    ] = "last",
    form: Annotated[Format, typer.Option("--format", help="How to render it.")] = TEXT,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file instead of stdout.")] = None,
) -> int:
    """Show the verdicts of an earlier run, and end as that run did."""
    folder = find_run(run)
    began = [name for name in folder.experiments if folder.journal(name).exists()]
    verdicts = tuple(judge(read_journal(folder.journal(name))) for name in began)
    result = Report(run=folder.id, verdicts=verdicts, allowed=folder.allowed, skipped=folder.skipped)
    if output is None:
        REPORTERS[form](result, sys.stdout)
    else:
        write_report(form, result, output)
    left_out = [name for name in folder.experiments if name not in began]
    if left_out and result.exit_code == 0:
        raise EnvironmentFailed(f"the run was killed before it came to: {', '.join(left_out)}")
    return result.exit_code
