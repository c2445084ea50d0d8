"""`gatecrash schema`: the JSON Schemas of files, for editors and pipelines, and their reference page for readers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Which(StrEnum):
    experiment = "experiment"
    system = "system"
    results = "results"


def schema(
    which: Annotated[Which, typer.Argument(help="Of which kind of file.")] = Which.experiment,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="The reference page of experiment and system files instead.")
    ] = False,
) -> int:
    """Print a JSON Schema: of experiment or system files (`# yaml-language-server: $schema=`) or of results.json."""
    from chaos.experiment.experiment import Experiment
    from chaos.experiment.reference import as_markdown, json_schema
    from chaos.experiment.system import System

    if markdown:
        typer.echo(as_markdown(), nl=False)
        return 0
    if which is Which.results:
        from chaos.reports.schema import results_schema_text

        typer.echo(results_schema_text(), nl=False)
        return 0
    typer.echo(json_schema(Experiment if which is Which.experiment else System), nl=False)
    return 0
