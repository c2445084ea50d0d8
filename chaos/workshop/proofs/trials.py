"""The learner's experiment, on the learner's app and on those that it must catch."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chaos.backends.links import Choice
from chaos.errors import EnvironmentFailed, InvalidFile, InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices
from chaos.reports.text import write_verdict
from chaos.run.folders import new_run, prune
from chaos.run.suite import Conduct, Retries, Suite, Watchers
from chaos.verdict.verdict import Verdict, worst_exit_code
from chaos.workshop.copy import START
from chaos.workshop.lessons.lesson import Lesson, Trial, Trials, mine
from chaos.workshop.progress import Found
from chaos.workshop.proofs.prover import Place, staged

BUSY_TRIES = Retries(2, lambda verdict: verdict.verdict == "inconclusive" and verdict.busy)


@dataclass(frozen=True, slots=True)
class Cell:
    """One trial as plans: one, or one for each value of the experiment's matrix."""

    trial: Trial
    plans: tuple[Plan, ...]


class TrialsProver:
    """Implements `Prover`."""

    def run(self, lesson: Lesson, place: Place) -> int:
        plans = _plans(Path(_experiment(lesson)), lesson.on)
        verdicts = _run(plans, place, Conduct(retries=BUSY_TRIES))
        for verdict in verdicts:
            write_verdict(verdict, place.console)
        return worst_exit_code([verdict.exit_code for verdict in verdicts])

    def check(self, lesson: Lesson, place: Place) -> tuple[Found, ...]:
        _plans(Path(_experiment(lesson)), lesson.on)  # what is wrong in the file is told of the file itself
        with staged(place.copy) as folder:
            (folder / _experiment(lesson)).write_text(place.copy.read(_experiment(lesson)))
            cells = tuple(_cells(lesson, folder))
            plans = [plan for cell in cells for plan in cell.plans]
            conduct = Conduct(retries=BUSY_TRIES, stop_when_refuted=True)
            verdicts = iter(_run(plans, place, conduct))
            return tuple(judged(cell.trial, [next(verdicts) for _ in cell.plans]) for cell in cells)


def judged(trial: Trial, verdicts: Sequence[Verdict]) -> Found:
    """Whether a trial went as it must, from the verdicts of all its plans."""
    failed = next((each for each in verdicts if each.verdict == "failed"), None)
    busy = next((each for each in verdicts if each.busy and not each.conclusive), None)
    unclear = next((each for each in verdicts if not each.conclusive), None)
    held: bool | None
    if trial.must == "fail":
        held = True if failed is not None else None if busy is not None else False
    else:
        held = False if failed is not None else None if busy is not None else unclear is None
    decisive = failed or busy or unclear
    said = f"{decisive.verdict}: {_reason(decisive)}" if decisive is not None else "passed"
    must = "passes" if trial.must == "pass" else "fails"
    about = f"{trial.about}: {must}, as it must" if held else f"{trial.about}: must {trial.must}"
    return Found(about=about, held=held, said=said, then="" if held else trial.then)


def _reason(verdict: Verdict) -> str:
    return verdict.reasons[0] if verdict.reasons else "no reason was given"


def _cells(lesson: Lesson, folder: Path) -> Iterator[Cell]:
    assert isinstance(lesson.proof, Trials)
    name = _experiment(lesson)
    yours = folder / name
    for trial in lesson.proof.trials:
        plans = _plans(yours, trial.on)
        if trial.breaks is not None:
            twins = _plans(folder / "twins" / f"{trial.breaks}.yaml", trial.on)
            plans = tuple(_claiming_the_steady_state(twin, plans[0]) for twin in twins)
        yield Cell(trial, plans)
    if not lesson.proof.writes and yours.read_bytes() != (START / name).read_bytes():
        ours = folder / "twins" / Path(name).name
        ours.write_bytes((START / name).read_bytes())
        own = replace(mine(then="Your app has to stand the lesson's experiment as well."), about="your app, as asked")
        yield Cell(own, _plans(ours, own.on))


def _claiming_the_steady_state(twin: Plan, yours: Plan) -> Plan:
    claimed = {"during": yours.experiment.steady_state}
    return replace(twin, experiment=twin.experiment.model_copy(update=claimed))


def _experiment(lesson: Lesson) -> str:
    assert lesson.experiment is not None
    return lesson.experiment


def _plans(file: Path, on: Mapping[str, str]) -> tuple[Plan, ...]:
    found = make_plans([file], Choices(vars=on))
    if found.problems:
        raise InvalidFile(found.problems)
    if not found.plans:
        raise InvalidOption(f"{file} has no experiment in it; reset the lesson to have it back")
    return found.plans


def _run(plans: Sequence[Plan], place: Place, conduct: Conduct) -> tuple[Verdict, ...]:
    """Raises `EnvironmentFailed` when it was stopped, after everything was undone."""
    folder = new_run([f"{number}-{plan.id}" for number, plan in enumerate(plans, start=1)])
    with place.progress() as progress:
        watchers = Watchers(listeners=(progress,), judged=lambda _: None)
        verdicts = asyncio.run(Suite(plans, folder, watchers, choice=Choice(), conduct=conduct).run())
    prune()
    stopped = next((each for each in verdicts if each.verdict in {"aborted", "error"}), None)
    if stopped is not None:
        raise EnvironmentFailed(f"{stopped.verdict}: {_reason(stopped)}")
    return verdicts
