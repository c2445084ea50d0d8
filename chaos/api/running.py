"""Experiments, run from Python: the same runner, judge and reports as `gatecrash run`."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from chaos.api.thread import LoopThread
from chaos.backends.links import Choice
from chaos.backends.support import backend_choice, supported
from chaos.errors import InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.problems import suggest
from chaos.experiment.selection import select
from chaos.experiment.systems import Choices
from chaos.reports.files import ALWAYS, write_reports
from chaos.reports.report import Report
from chaos.run.folders import RunFolder, in_a_row, new_run, prune, repeated
from chaos.run.room import room_for
from chaos.run.suite import Conduct, Retries, Suite, Watchers
from chaos.undo.healing import heal_abandoned

logger = logging.getLogger(__name__)


def run_experiments(
    *paths: str | Path,
    variant: str | None = None,
    vars: Mapping[str, Any] | None = None,
    keyword: str | None = None,
    tags: Collection[str] = (),
    seed: int = 0,
    backend: str | Sequence[str] = (),
    toxiproxy_url: Collection[str] = (),
    skip_unsupported: bool = False,
    allow_inconclusive: Mapping[str, str] | None = None,
    retry_inconclusive: int = 0,
    jobs: int | None = 1,
    repeat: int = 1,
) -> Report:
    """Run experiments, files or folders of them, and return what became of each; `report.exit_code` is the command's.

    Options are the command's: `vars` are what it takes as `--set`, `jobs=None` is `--jobs auto`, and
    `allow_inconclusive` holds the reason for each id. Runs are kept where the command keeps them. Blocks until all is
    done. Raises `InvalidFile` or `InvalidOption` before anything is touched, else whatever the command would end with
    as an error of the environment.
    """
    choices = Choices(variant=variant, vars=vars or {}, seed=seed)
    choice = backend_choice(backend, tuple(toxiproxy_url))
    selected = select([Path(path) for path in paths], choices, keyword, tuple(tags))
    plans, skipped = supported(selected, choice, skip=skip_unsupported)
    allowed = dict(allow_inconclusive or {})
    known = [plan.id for plan in plans]
    for name in allowed:
        if name not in known:
            raise InvalidOption(f"allow_inconclusive: there is no experiment {name!r} here; {suggest(name, known)}")
    room = room_for(in_a_row(plans, repeat), jobs)
    conduct = Conduct(room=room, retries=Retries(retry_inconclusive), repeat=repeat, reuse=room.most > 1)
    report, _ = run_plans(plans, choice, conduct, allowed=allowed, skipped=skipped)
    prune()
    return report


def run_plans(
    plans: Sequence[Plan],
    choice: Choice,
    conduct: Conduct,
    *,
    allowed: Mapping[str, str] | None = None,
    skipped: Mapping[str, str] | None = None,
) -> tuple[Report, RunFolder]:
    """Plans that can be run, and where what they left behind is kept. An interrupt undoes everything, and goes on."""
    heal_abandoned(logger.warning)
    folder = new_run(repeated([plan.id for plan in plans], conduct.repeat), allowed, skipped)
    every = in_a_row(plans, conduct.repeat)
    watchers = Watchers(listeners=(), judged=lambda _: None)
    thread = LoopThread(f"gatecrash {folder.id}")
    try:
        verdicts = thread.call(Suite(every, folder, watchers, choice=choice, conduct=conduct).run())
    finally:
        thread.close()
    report = Report(run=folder.id, verdicts=verdicts, allowed=folder.allowed, skipped=folder.skipped)
    write_reports(report, folder.path, ALWAYS)
    return report, folder
