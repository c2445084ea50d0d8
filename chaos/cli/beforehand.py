"""What is said before anything is touched: all of it with `--dry-run`, else a line where something runs already."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from chaos.backends.links import Choice
from chaos.experiment.plan import Plan
from chaos.experiment.preview.in_place import in_place
from chaos.experiment.preview.means import Means
from chaos.experiment.preview.preview import preview
from chaos.experiment.preview.touches import touched
from chaos.reports.files import ALWAYS
from chaos.reports.preview import DryRun, write_dry_run, write_dry_run_json
from chaos.reports.words import printable
from chaos.run.room import Room
from chaos.undo.engine import engine_address

REPORT_FILES: Final = {**ALWAYS, "html": "report.html", "markdown": "summary.md"}
"""What `--report` writes: `ALWAYS`, and what is for people, which `gatecrash report` makes at any other time."""


def means_of(choice: Choice, *, report: Path | None = None, events: Path | None = None) -> Means:
    written = [] if report is None else [f"{', '.join(REPORT_FILES.values())} in {report}"]
    written += [] if events is None else [f"{events}, appended to"]
    return Means(
        links=choice.links,
        services=choice.services,
        servers=choice.toxiproxy_urls,
        engine=engine_address(),
        writes=tuple(written),
    )


def show(
    plans: Sequence[Plan],
    skipped: Mapping[str, str],
    means: Means,
    *,
    room: Room,
    repeat: int,
    retries: int,
    as_json: bool,
) -> int:
    """What would be done."""
    told = DryRun(
        experiments=tuple(preview(plan, means) for plan in plans),
        skipped=skipped,
        repeat=repeat,
        retries=retries,
        at_once=room.most,
        said=room.said,
    )
    if as_json:
        write_dry_run_json(told, sys.stdout)
    else:
        write_dry_run(told, Console(highlight=False))
    return 0


def say_in_place(plans: Sequence[Plan], means: Means, console: Console) -> None:
    """One line, and none where every system is started for its experiments."""
    if said := in_place([touched(plan, means) for plan in plans]):
        console.print(printable(said), markup=False, soft_wrap=True)
