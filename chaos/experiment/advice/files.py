"""From planned files to what is looked at: with their places, and each system as its experiments use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from chaos.errors import InvalidFile
from chaos.experiment.advice import advise
from chaos.experiment.advice.subject import ExperimentFile, SystemFile
from chaos.experiment.include import load_whole
from chaos.experiment.plan import Plan
from chaos.experiment.planner import path_of_system
from chaos.experiment.problems import Advice
from chaos.experiment.systems import Choices, resolve_system


def advise_files(files: Sequence[Path], plans: Sequence[Plan], choices: Choices, today: date) -> tuple[Advice, ...]:
    """The warnings about what could be planned, its systems, and the systems among `files`.

    What has problems is passed over: these are to be mended first.
    """
    experiments = [ExperimentFile(load_whole(Path(plan.file)), plan, today) for plan in plans]
    systems = [*_used(experiments, choices), *_named(files, choices)]
    return tuple(dict.fromkeys(advise(systems, experiments)))  # the experiments of a matrix share their file


def _used(experiments: Sequence[ExperimentFile], choices: Choices) -> Iterator[SystemFile]:
    """In full, with the journeys that an experiment leaves out; most experiments share one."""
    seen: set[str] = set()
    for each in experiments:
        path, values = path_of_system(each.document), each.experiment.vars
        key = f"{path} {sorted(values.items())}"
        if path is not None and key not in seen:
            seen.add(key)
            document = load_whole(path)
            yield SystemFile(document, resolve_system(document, choices, values)[0])


def _named(files: Sequence[Path], choices: Choices) -> Iterator[SystemFile]:
    for path in files:
        if path.name.startswith("_"):
            continue
        try:
            document = load_whole(path)
            if "services" in document.root:
                yield SystemFile(document, resolve_system(document, choices)[0])
        except InvalidFile:
            continue
