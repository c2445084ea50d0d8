"""`gatecrash init`: a first system and a first experiment, written from what is found here and from answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from chaos.cli.new_files import refuse_to_overwrite, write_new_files
from chaos.errors import InvalidOption
from chaos.experiment.experiment import Experiment
from chaos.experiment.reference import json_schema
from chaos.experiment.system import System
from chaos.init import first
from chaos.init.asking import draft_by_asking
from chaos.init.compose_file import read_compose
from chaos.init.composing import draft_from_compose
from chaos.init.first import Draft
from chaos.init.questions import Defaults, Questions

COMPOSE_FILES: Final = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the app is, and the files shall be.")] = Path(),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults.")] = False,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Read the services from this compose file.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there already.")] = False,
) -> int:
    """Write a first system and a first experiment that run: asks, or reads a compose file. Overwrites nothing."""
    if not folder.is_dir():
        raise InvalidOption(f"{folder}: there is no such folder")
    paths = (first.SYSTEM_FILE, first.EXPERIMENT_FILE, first.SYSTEM_SCHEMA, first.EXPERIMENT_SCHEMA)
    refuse_to_overwrite(folder, paths, force=force)
    questions: Questions = Defaults() if yes or not sys.stdin.isatty() else Terminal()
    draft = _draft(folder, source, questions)
    write_new_files(
        folder,
        {
            first.SYSTEM_FILE: first.first_system(draft),
            first.EXPERIMENT_FILE: first.first_experiment(draft),
            first.SYSTEM_SCHEMA: json_schema(System),
            first.EXPERIMENT_SCHEMA: json_schema(Experiment),
        },
    )
    _say_what_next(folder, draft, source)
    return 0


class Terminal:
    """Somebody is there to answer."""

    def text(self, question: str, default: str) -> str:
        return str(typer.prompt(question, default=default)).strip()

    def path(self, question: str, default: str) -> str:
        answer = self.text(question, default)
        return answer if answer.startswith("/") else f"/{answer}"

    def yes(self, question: str, default: bool) -> bool:
        return typer.confirm(question, default=default)

    def choose(self, question: str, among: Sequence[str], default: str) -> str:
        for _ in range(3):
            answer = self.text(f"{question} ({', '.join(among)})", default)
            if answer in among:
                return answer
        raise InvalidOption(f"{answer!r} is none of: {', '.join(among)}")


def _draft(folder: Path, source: Path | None, questions: Questions) -> Draft:
    if source is None:
        return draft_by_asking(folder, questions)
    name = questions.text("What is the app called?", folder.resolve().name or "app")
    return draft_from_compose(name, read_compose(source), source.name, questions)


def _say_what_next(folder: Path, draft: Draft, source: Path | None) -> None:
    compose = next((name for name in COMPOSE_FILES if (folder / name).is_file()), None)
    app = next(service for service in draft.services if service.name == draft.links[0].to)
    if source is None and app.url and compose is not None:
        typer.echo(f"there is a {compose} here; to read its services: gatecrash init --from {folder / compose} --force")
    if app.url:
        typer.echo(f"{app.name} is expected to run at {app.url}; change `url` in {folder / first.SYSTEM_FILE} if not")
    within = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    typer.echo(f"next: {within}gatecrash validate && gatecrash run")
