"""`gatecrash schema`: the JSON Schema of the files for editors, and their reference page for readers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Which(StrEnum):
    experiment = "experiment"
    system = "system"


def schema(
    which: Annotated[Which, typer.Argument(help="Of which kind of file.")] = Which.experiment,
    markdown: Annotated[bool, typer.Option("--markdown", help="The reference page of both files instead.")] = False,
) -> int:
    """Print the JSON Schema of experiment (or system) files, for `# yaml-language-server: $schema=`."""
    from chaos.experiment.experiment import Experiment
    from chaos.experiment.reference import as_markdown, json_schema
    from chaos.experiment.system import System

    if markdown:
        typer.echo(as_markdown(), nl=False)
        return 0
    typer.echo(json_schema(Experiment if which is Which.experiment else System), nl=False)
    return 0
