"""From the verdicts of a run to its report: compared with earlier runs, held to its terms; for `run` and `report`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from chaos.compare.comparison import compare
from chaos.compare.earlier import read_earlier, without_run
from chaos.compare.record import Results, record_of
from chaos.errors import ChaosError
from chaos.experiment.plan import Plan
from chaos.experiment.planner import find_files, ids_in
from chaos.gate.budget import borne
from chaos.gate.ruling import rule
from chaos.gate.terms import Terms
from chaos.project.project import Project
from chaos.project.terms import make_terms
from chaos.reports.report import Report
from chaos.run.folders import RunFolder
from chaos.run.terms import HeldTo
from chaos.verdict.repeats import summarize
from chaos.verdict.verdict import Verdict


def terms_on(day: date, project: Project | None, plans: Sequence[Plan]) -> tuple[Terms, Mapping[str, str]]:
    """The terms of a run of these plans, and which of them may be inconclusive, with the reasons. Raises
    `InvalidFile` for names in the project file that are none.
    """
    if project is None:
        return Terms(), {}
    ids = {plan.id for plan in plans}
    terms, allowed = make_terms(project, tuple(dict.fromkeys((*ids, *_all_ids(project)))), day)
    return terms, {name: reason for name, reason in allowed.items() if name in ids}


def _all_ids(project: Project) -> tuple[str, ...]:
    """Also of those that are not run now."""
    try:
        return ids_in(find_files(project.experiments))
    except ChaosError:
        return ()


def earlier_results(against: Sequence[str] | None) -> tuple[Results, ...]:
    """Each run once. Raises `InvalidOption`."""
    found = (each for where in against or () for each in read_earlier(where))
    return tuple({each.run: each for each in found}.values())


def make_report(folder: RunFolder, verdicts: Sequence[Verdict], held_to: HeldTo, *, left_open: str = "") -> Report:
    terms, earlier = held_to.terms, without_run(held_to.earlier, folder.id)
    comparison = compare(earlier, [record_of(each) for each in verdicts], terms.worse) if earlier else None
    repeats = summarize(verdicts)
    flaky = borne(repeats, terms.flakes) if terms.flakes is not None else {}
    return Report(
        run=folder.id,
        verdicts=verdicts,
        allowed={**flaky, **folder.allowed},
        skipped=folder.skipped,
        comparison=comparison,
        ruling=rule(verdicts, repeats, folder.skipped, terms, comparison, left_open),
    )
