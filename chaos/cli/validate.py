"""`gatecrash validate`: check files without touching anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from chaos.cli.options import Paths, Sets, Variant, choices
from chaos.cli.outcome import terms_on
from chaos.errors import InvalidFile
from chaos.experiment.advice.files import advise_files
from chaos.experiment.planner import Findings, find_files, make_plans
from chaos.experiment.problems import Advice, Problem
from chaos.project.project import find_project


def validate(
    paths: Paths = None,
    variant: Variant = None,
    sets: Sets = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings end with exit code 2, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout instead of text.")] = False,
) -> int:
    """Check experiment and system files: every problem with its file, line and column, and warnings."""
    project, day = find_project(), datetime.now(UTC).date()
    files = find_files(paths or (project.experiments if project is not None else ()))
    chosen = choices(variant, sets, 0)
    found = make_plans(files, chosen)
    warnings = advise_files(files, found.plans, chosen, day)
    if not found.problems:  # else it is not known which names there are
        terms_on(day, project, found.plans)
    code = 2 if found.problems or (strict and warnings) else 0
    if as_json:
        typer.echo(json.dumps(_document(files, found, warnings, code), indent=2, ensure_ascii=False))
        return code
    for warning in warnings:
        typer.echo(f"warning: {warning}", err=True)
    if found.problems:
        raise InvalidFile(found.problems)
    said = "is well" if len(files) == 1 else "are well"
    counts = [_counted(len(found.plans), "experiment"), *([_counted(len(warnings), "warning")] if warnings else [])]
    typer.echo(f"{_counted(len(files), 'file')} {said}; {', '.join(counts)}")
    return code


def _document(files: Sequence[Path], found: Findings, warnings: Sequence[Advice], code: int) -> dict[str, Any]:
    return {
        "files": [str(path) for path in files],
        "experiments": [plan.id for plan in found.plans],
        "problems": [_placed(problem) for problem in found.problems],
        "warnings": [{"id": warning.id, **_placed(warning.at)} for warning in warnings],
        "exit_code": code,
    }


def _placed(problem: Problem) -> dict[str, Any]:
    return {**asdict(problem), "path": str(problem.path)}


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"
