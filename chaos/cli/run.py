"""`gatecrash run`: run experiments and end with the code that a pipeline stands on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chaos.backends.links import Choice
from chaos.backends.support import backend_choice, supported
from chaos.cli import completion
from chaos.cli.backend import Backend, ToxiproxyUrl
from chaos.cli.healing import heal_abandoned
from chaos.cli.options import (
    Annotations,
    Jobs,
    Keyword,
    Paths,
    Repeat,
    Retry,
    Seed,
    Sets,
    Tags,
    Variant,
    asked_jobs,
    choices,
)
from chaos.cli.progress import progress_of_many
from chaos.cli.writing import appending_to, check_writable
from chaos.errors import InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.preview import preview
from chaos.experiment.selection import select
from chaos.reports import REPORTERS
from chaos.reports.files import ALWAYS, write_reports
from chaos.reports.preview import write_previews, write_previews_json
from chaos.reports.report import Report
from chaos.reports.text import write_summary, write_verdict
from chaos.reports.words import printable
from chaos.run.folders import RunFolder, new_run, prune, repeated
from chaos.run.room import room_for
from chaos.run.suite import Conduct, Retries, Suite, Watchers, is_put_off
from chaos.verdict.verdict import Verdict

PAGE_FILES = {"html": "report.html"}
"""For people who asked for reports; any other time `gatecrash report` makes it."""


def run(
    paths: Paths = None,
    variant: Variant = None,
    sets: Sets = None,
    keyword: Keyword = None,
    tags: Tags = None,
    seed: Seed = 0,
    backend: Backend = "embedded",
    toxiproxy_url: ToxiproxyUrl = None,
    skip_unsupported: Annotated[
        bool, typer.Option("--skip-unsupported", help="Leave out experiments whose faults this backend can't inject.")
    ] = False,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-inconclusive",
            metavar="ID",
            help="This experiment may be inconclusive without failing the run.",
            autocompletion=completion.experiment_ids,
        ),
    ] = None,
    retry: Retry = 0,
    jobs: Jobs = "1",
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="With --jobs: a new system for every experiment, whatever the one before left."),
    ] = False,
    repeat: Repeat = 1,
    report: Annotated[
        Path | None, typer.Option(help="Write report.html, results.json and junit.xml into this folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout instead of text.")] = False,
    events: Annotated[Path | None, typer.Option(help="Append every event to this file as it happens.")] = None,
    annotations: Annotations = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan, what it touches and the undos; touch nothing.")
    ] = False,
) -> int:
    """Run experiments: exit code 0 when all passed, 1 failed, 2 invalid, 3 environment, 4 inconclusive, 5 aborted."""
    choice, asked = backend_choice(backend, toxiproxy_url), asked_jobs(jobs)
    selected = select(paths, choices(variant, sets, seed), keyword, tags)
    plans, skipped = supported(selected, choice, skip=skip_unsupported)
    allowed = _allowed(allow or (), plans)
    if dry_run:
        return show(plans, skipped, backend=choice.backend, as_json=as_json)
    console = Console(stderr=as_json, highlight=False)
    with ExitStack() as stack:
        for written_to in (report, events.parent if events else None):
            check_writable(written_to)
        named = [] if events is None else [appending_to(stack, events)]
        heal_abandoned(console)
        room = room_for(plans, asked)
        if room.said:
            console.print(room.said, markup=False, soft_wrap=True)
        several = room.most > 1
        folder = new_run(repeated([plan.id for plan in plans], repeat), allowed, skipped)
        every = [plan for plan in plans for _ in range(repeat)]
        named.append(stack.enter_context(progress_of_many(console, len(every))))
        watchers = Watchers(
            listeners=(),
            named=tuple(named),
            judged=lambda verdict: write_verdict(verdict, console),
            again=lambda verdict: say_again(verdict, console, alone=several and is_put_off(verdict)),
        )
        conduct = Conduct(room=room, retries=Retries(retry), repeat=repeat, reuse=several and not fresh)
        verdicts = run_suite(every, folder, watchers, choice=choice, conduct=conduct)
    result = Report(run=folder.id, verdicts=verdicts, allowed=allowed, skipped=skipped)
    write_reports(result, folder.path, ALWAYS)
    if report is not None:
        write_reports(result, report, {**ALWAYS, **PAGE_FILES})
    prune()
    if as_json:
        REPORTERS["json"](result, sys.stdout)
    else:
        write_summary(result, console)
    if annotations is not None:
        REPORTERS[annotations](result, sys.stderr if as_json else sys.stdout)
    return result.exit_code


def show(plans: Sequence[Plan], skipped: Mapping[str, str], *, backend: str, as_json: bool) -> int:
    """What would be done."""
    previews = [preview(plan, backend=backend) for plan in plans]
    if as_json:
        write_previews_json(previews, skipped, sys.stdout)
    else:
        write_previews(previews, skipped, Console(highlight=False))
    return 0


def run_suite(
    plans: Sequence[Plan], folder: RunFolder, watchers: Watchers, *, choice: Choice, conduct: Conduct
) -> tuple[Verdict, ...]:
    return asyncio.run(Suite(plans, folder, watchers, choice=choice, conduct=conduct).run())


def say_again(verdict: Verdict, console: Console, *, alone: bool = False) -> None:
    """One line: the report of this attempt is not what counts."""
    reason = verdict.reasons[0] if verdict.reasons else "no reason was given"
    when = "again alone, after all others" if alone else "again"
    said = f"{verdict.id}: attempt {verdict.attempt} was inconclusive, so it is tried {when}: {reason}"
    console.print(printable(said), markup=False, soft_wrap=True)


def _allowed(ids: Sequence[str], plans: Sequence[Plan]) -> dict[str, str]:
    known = {plan.id for plan in plans}
    for each in ids:
        if each not in known:
            raise InvalidOption(f"--allow-inconclusive: there is no experiment {each!r} in this run")
    return dict.fromkeys(ids, "allowed on the command line")
