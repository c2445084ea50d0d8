"""`gatecrash validate`: check files without touching anything."""

from __future__ import annotations

import typer

from chaos.cli.options import Paths, Sets, Variant, choices
from chaos.errors import InvalidFile
from chaos.experiment.planner import find_files, make_plans


def validate(paths: Paths = None, variant: Variant = None, sets: Sets = None) -> int:
    """Check experiment and system files: every problem with its file, line and column."""
    files = find_files(paths or ())
    found = make_plans(files, choices(variant, sets, 0))
    if found.problems:
        raise InvalidFile(found.problems)
    count = len(found.plans)
    said = f"{len(files)} file{'s are' if len(files) != 1 else ' is'} well"
    typer.echo(f"{said}; {count} experiment{'s' if count != 1 else ''}")
    return 0
