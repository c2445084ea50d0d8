"""`gatecrash ctk import`: an experiment of Chaos Toolkit in our words, ready to run."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chaos.cli.new_files import refuse_to_overwrite, write_new_files
from chaos.ctk.importing import import_experiment
from chaos.ctk.reading import read
from chaos.ctk.telling import NOTHING_BROKEN
from chaos.errors import InvalidOption
from chaos.units import parse_rate


class Task(StrEnum):
    """What can be done with them."""

    import_ = "import"


def ctk(
    task: Annotated[Task, typer.Argument(metavar="import", help="What to do with it.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An experiment of Chaos Toolkit, JSON or YAML.")],
    into: Annotated[Path, typer.Option(metavar="DIR", help="Where the files shall be.")] = Path("experiments"),
    rate: Annotated[str, typer.Option(metavar="RATE", help="How often users ask what its HTTP probes ask.")] = "10/s",
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there already.")] = False,
) -> int:
    """Turn an experiment of Chaos Toolkit into one of ours, with what could not be carried over. Overwrites nothing."""
    del task  # there is one, so far
    try:
        parse_rate(rate)
    except ValueError as error:
        raise InvalidOption(f"--rate: {error}") from None
    imported = import_experiment(read(file, os.environ), rate=rate)
    refuse_to_overwrite(into, imported.files, force=force)
    write_new_files(into, imported.files)
    for note in imported.notes:
        typer.echo(f"not carried over: {note}")
    if imported.stand_in:
        typer.echo(NOTHING_BROKEN)
    experiment = into / next(iter(imported.files))
    backend = "" if imported.stand_in else " --backend toxiproxy"
    typer.echo(f"next: gatecrash validate {experiment} && gatecrash run {experiment}{backend}")
    return 0
