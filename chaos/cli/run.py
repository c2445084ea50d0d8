"""`gatecrash run`: run experiments and end with the code that a pipeline stands on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chaos.backends.links import Choice
from chaos.backends.support import backend_choice, supported
from chaos.cli import completion
from chaos.cli.backend import Backends, ToxiproxyUrl
from chaos.cli.beforehand import REPORT_FILES, means_of, say_in_place, show
from chaos.cli.healing import heal_abandoned
from chaos.cli.options import (
    Against,
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
from chaos.cli.outcome import earlier_results, make_report, terms_on
from chaos.cli.progress import progress_of_many
from chaos.cli.writing import appending_to, check_writable
from chaos.errors import InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.selection import matching, planned
from chaos.project.project import find_project
from chaos.reports import REPORTERS
from chaos.reports.files import ALWAYS, write_reports
from chaos.reports.report import Report
from chaos.reports.text import write_summary, write_verdict
from chaos.reports.words import printable
from chaos.run.folders import RunFolder, in_a_row, new_run, prune, repeated
from chaos.run.room import room_for
from chaos.run.suite import Conduct, LeftOpen, Retries, Suite, Watchers, is_put_off
from chaos.run.terms import HeldTo, keep_terms
from chaos.verdict.verdict import Verdict


def run(
    paths: Paths = None,
    variant: Variant = None,
    sets: Sets = None,
    keyword: Keyword = None,
    tags: Tags = None,
    seed: Seed = 0,
    backends: Backends = None,
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
        Path | None, typer.Option(help="Write report.html, summary.md, results.json and junit.xml into this folder.")
    ] = None,
    against: Against = None,
    no_gate: Annotated[
        bool, typer.Option("--no-gate", help="Leave out what the project file's [gate] asks, to run a part alone.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout instead of text.")] = False,
    events: Annotated[Path | None, typer.Option(help="Append every event to this file as it happens.")] = None,
    annotations: Annotations = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan, what it touches and the undos; touch nothing.")
    ] = False,
) -> int:
    """Run experiments: exit code 0 when all passed, 1 failed, 2 invalid, 3 environment, 4 inconclusive, 5 aborted."""
    choice, asked = backend_choice(backends, toxiproxy_url), asked_jobs(jobs)
    project = find_project()
    everything = planned(paths or (project.experiments if project else ()), choices(variant, sets, seed))
    plans, skipped = supported(matching(everything, keyword, tags), choice, skip=skip_unsupported)
    terms, allowed = terms_on(datetime.now(UTC).date(), None if no_gate else project, everything)
    wanted = _Wanted(
        plans=plans,
        skipped=skipped,
        allowed={**allowed, **_allowed(allow or (), plans)},
        held_to=HeldTo(terms, earlier_results(against)),
        choice=choice,
        jobs=asked,
        retries=retry,
        repeat=repeat,
        fresh=fresh,
    )
    if dry_run:
        means, room = means_of(choice, report=report, events=events), room_for(wanted.every, asked)
        return show(plans, skipped, means, room=room, repeat=repeat, retries=retry, as_json=as_json)
    for written_to in (report, events.parent if events else None):
        check_writable(written_to)
    console = Console(stderr=as_json, highlight=False)
    result = _perform(wanted, events, report, console)
    if as_json:
        REPORTERS["json"](result, sys.stdout)
    else:
        write_summary(result, console)
    if annotations is not None:
        REPORTERS[annotations](result, sys.stderr if as_json else sys.stdout)
    return result.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What was asked for on the command line and by the project file. `jobs` is None for as many as there is time for;
    `fresh`: no system serves two experiments.
    """

    plans: Sequence[Plan]
    skipped: Mapping[str, str]
    allowed: Mapping[str, str]
    held_to: HeldTo
    choice: Choice
    jobs: int | None
    retries: int
    repeat: int
    fresh: bool

    @property
    def every(self) -> Sequence[Plan]:
        """As often as each is to be run, in the order of the run."""
        return in_a_row(self.plans, self.repeat)


def _perform(wanted: _Wanted, events: Path | None, report: Path | None, console: Console) -> Report:
    """All of it, told as it happens; what is kept of it is written when this returns."""
    with ExitStack() as stack:
        named = [] if events is None else [appending_to(stack, events)]
        heal_abandoned(console)
        say_in_place(wanted.plans, means_of(wanted.choice), console)
        every = wanted.every
        room = room_for(every, wanted.jobs)
        if room.said:
            console.print(room.said, markup=False, soft_wrap=True)
        several = room.most > 1
        folder = new_run(repeated([plan.id for plan in wanted.plans], wanted.repeat), wanted.allowed, wanted.skipped)
        keep_terms(folder, wanted.held_to)
        named.append(stack.enter_context(progress_of_many(console, len(every))))
        watchers = Watchers(
            listeners=(),
            named=tuple(named),
            judged=lambda verdict: write_verdict(verdict, console),
            again=lambda verdict: say_again(verdict, console, alone=several and is_put_off(verdict)),
        )
        conduct = Conduct(
            room=room, retries=Retries(wanted.retries), repeat=wanted.repeat, reuse=several and not wanted.fresh
        )
        left_open = ""
        try:
            verdicts = run_suite(every, folder, watchers, choice=wanted.choice, conduct=conduct)
        except LeftOpen as error:
            verdicts, left_open = error.verdicts, str(error)
    result = make_report(folder, verdicts, wanted.held_to, left_open=left_open)
    write_reports(result, folder.path, ALWAYS)
    if report is not None:
        write_reports(result, report, REPORT_FILES)
    prune()
    return result


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
