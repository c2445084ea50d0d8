"""`gatecrash demo`: the night of 6 July, against the fragile app and the resilient one, side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from chaos.backends.links import Choice
from chaos.cli.healing import heal_abandoned
from chaos.cli.progress import progress_on
from chaos.cli.run import run_suite, say_again
from chaos.errors import InvalidFile
from chaos.experiment.plan import Plan
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices
from chaos.reports.side_by_side import write_side_by_side
from chaos.reports.words import MARKS, STYLES
from chaos.run.folders import new_run, prune
from chaos.run.suite import Conduct, Retries, Watchers
from chaos.shipped import experiments_folder
from chaos.verdict.verdict import Verdict, worst_exit_code

NIGHT: Final = ("01_age_service_slow", "02_age_service_hangs", "04_media_down")
ATTEMPTS_MORE: Final = 2
"""A machine that is busy with something else shall not spoil it."""
FRAGILE, RESILIENT = "fragile", "resilient"


def demo() -> int:
    """The night of 6 July 2021, twice: the fragile app must fail and the resilient one must pass."""
    console = Console(highlight=False)
    heal_abandoned(console)
    fragile, resilient = _plans(FRAGILE), _plans(None)
    plans = (*fragile, *resilient)
    folder = new_run([f"{plan.id}@{plan.variant or RESILIENT}" for plan in plans])
    console.print(
        "The night of 6 July 2021: first against the [bold]fragile[/bold] app, then the [bold]resilient[/bold] one.\n"
    )
    with progress_on(console) as progress:
        watchers = Watchers(
            listeners=(progress,),
            judged=lambda verdict: _say(verdict, console),
            again=lambda verdict: say_again(verdict, console),
        )
        verdicts = run_suite(plans, folder, watchers, choice=Choice(), conduct=Conduct(retries=Retries(ATTEMPTS_MORE)))
    prune()
    if len(verdicts) < len(plans):
        return worst_exit_code([verdict.exit_code for verdict in verdicts])
    pairs = tuple(zip(verdicts[: len(fragile)], verdicts[len(fragile) :], strict=True))
    write_side_by_side(pairs, console)
    console.print(f"\nThe whole story: gatecrash report {folder.id}")
    surprises = tuple(_surprises(verdicts))
    for surprise in surprises:
        console.print(f"not as it should be: {surprise}", style="bold red", markup=False)
    return _exit_code(verdicts, surprises)


def _plans(variant: str | None) -> tuple[Plan, ...]:
    folder = experiments_folder()
    files = [Path(os.path.relpath(folder / f"{name}.yaml")) for name in NIGHT]
    found = make_plans(files, Choices(variant=variant))
    if found.problems:
        raise InvalidFile(found.problems)
    return found.plans


def _surprises(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """An experiment must fail on the variants that it catches, and pass on the others."""
    for verdict in verdicts:
        wanted = "failed" if verdict.variant in verdict.catches else "passed"
        if verdict.verdict != wanted:
            yield f"{verdict.title} [{verdict.variant or RESILIENT}] should have {wanted}, but it is {verdict.verdict}"


def _exit_code(verdicts: Sequence[Verdict], surprises: Sequence[str]) -> int:
    """A run that broke off says why; a verdict that is not as it should be is a failure."""
    broken_off = [verdict.exit_code for verdict in verdicts if not verdict.conclusive]
    return worst_exit_code(broken_off) or (1 if surprises else 0)


def _say(verdict: Verdict, console: Console) -> None:
    variant = verdict.variant or RESILIENT
    console.print(
        f"[{STYLES[verdict.verdict]}]{MARKS[verdict.verdict]} {verdict.verdict:12}[/] {variant:9}  {verdict.title}"
    )
