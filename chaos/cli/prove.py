"""`gatecrash prove`: does each experiment fail where it must, and only there?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from chaos.backends.links import Choice
from chaos.backends.support import backend_choice, supported
from chaos.cli import completion
from chaos.cli.backend import Backend, ToxiproxyUrl
from chaos.cli.healing import heal_abandoned
from chaos.cli.options import Jobs, Keyword, Paths, Seed, Sets, Tags, asked_jobs, choices
from chaos.cli.run import run_suite
from chaos.cli.writing import check_writable, write_text_file
from chaos.experiment.selection import select
from chaos.journal import events as e
from chaos.prove.cell import Cell, result_of, tries_again
from chaos.prove.markdown import as_markdown
from chaos.prove.matrix import Matrix, as_document, make_matrix
from chaos.prove.planning import make_cells
from chaos.prove.text import cell_line, write_matrix
from chaos.run.folders import RunFolder, new_run, prune
from chaos.run.room import room_for
from chaos.run.suite import Conduct, Retries, Watchers
from chaos.verdict.verdict import Verdict

RETRIES: Final = Retries(2, tries_again)
"""Of a cell, when this machine was too busy to tell."""


def prove(
    paths: Paths = None,
    full: Annotated[
        bool, typer.Option("--full", help="Every experiment on every variant, and on the plain system.")
    ] = False,
    variants: Annotated[
        list[str] | None,
        typer.Option("--variant", help="Only on this variant (any of several).", autocompletion=completion.variants),
    ] = None,
    sets: Sets = None,
    keyword: Keyword = None,
    tags: Tags = None,
    seed: Seed = 0,
    jobs: Jobs = "1",
    backend: Backend = "embedded",
    toxiproxy_url: ToxiproxyUrl = None,
    skip_unsupported: Annotated[
        bool, typer.Option("--skip-unsupported", help="Leave out experiments whose faults this backend can't inject.")
    ] = False,
    markdown: Annotated[Path | None, typer.Option(help="Write the kill matrix into this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout instead of text.")] = False,
) -> int:
    """Run each experiment on the variants that it says it catches, and once with its faults muted: the kill matrix."""
    choice, asked = backend_choice(backend, toxiproxy_url), asked_jobs(jobs)
    chosen = choices(None, sets, seed)
    plans, skipped = supported(select(paths, chosen, keyword, tags), choice, skip=skip_unsupported)
    cells = make_cells(plans, chosen, full=full, only=variants or ())
    whole = not (keyword or tags or variants or skipped) and all(path.is_dir() for path in paths or ())
    console = Console(stderr=as_json, highlight=False)
    check_writable(markdown.parent if markdown else None)
    heal_abandoned(console)
    folder = new_run([cell.name for cell in cells], skipped=skipped, proves={"full": full, "whole": whole})
    room = room_for([cell.plan for cell in cells], asked)
    verdicts = _run(cells, folder, console, choice, Conduct(room=room, stop_when_refuted=True, retries=RETRIES))
    matrix = make_matrix(cells, verdicts, run=folder.id, full=full, whole=whole)
    prune()
    _show(matrix, console, as_json=as_json, markdown=markdown)
    return matrix.exit_code


def _run(
    cells: Sequence[Cell], folder: RunFolder, console: Console, choice: Choice, conduct: Conduct
) -> tuple[Verdict, ...]:
    with _progress(cells, console) as watchers:
        return run_suite([cell.plan for cell in cells], folder, watchers, choice=choice, conduct=conduct)


def _show(matrix: Matrix, console: Console, *, as_json: bool, markdown: Path | None) -> None:
    if as_json:
        json.dump(as_document(matrix), sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        write_matrix(matrix, console)
    if markdown is not None:
        write_text_file(markdown, as_markdown(matrix))


@contextmanager
def _progress(cells: Sequence[Cell], console: Console) -> Iterator[Watchers]:
    """A bar on a terminal; elsewhere a line for each cell, as soon as it is known."""
    by_key = {(cell.plan.id, cell.plan.variant, cell.plan.muted): cell for cell in cells}

    def line(verdict: Verdict) -> str:
        return cell_line(result_of(by_key[verdict.id, verdict.variant, verdict.muted], verdict))

    def say(verdict: Verdict) -> None:
        console.print(line(verdict), markup=False, soft_wrap=True)

    def again(verdict: Verdict) -> None:
        console.print(f"tried again, after {line(verdict)}", markup=False, soft_wrap=True)

    if not console.is_terminal:
        yield Watchers(listeners=(), judged=say, again=again)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(cells))

        def began(event: e.Event) -> None:
            if isinstance(event, e.RunStarted):
                cell = by_key[event.plan.id, event.plan.variant, event.plan.muted]
                bar.update(task, description=f"{cell.plan.id} {cell.where}".replace("[", r"\["))

        yield Watchers(listeners=(began,), judged=lambda _: bar.advance(task), again=again)
