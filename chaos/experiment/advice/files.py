"""From planned files to what is looked at: with their places, and each system as its experiments use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from chaos.errors import InvalidFile
from chaos.experiment.advice import advise
from chaos.experiment.advice.subject import ExperimentFile, SystemFile
from chaos.experiment.loader import Document, load
from chaos.experiment.plan import Plan
from chaos.experiment.planner import Choices, path_of_system, resolve_system
from chaos.experiment.problems import Advice


def advise_files(files: Sequence[Path], plans: Sequence[Plan], choices: Choices, today: date) -> tuple[Advice, ...]:
    """The warnings about what could be planned, its systems, and the systems among `files`.

    What has problems is passed over: these are to be mended first.
    """
    experiments = [ExperimentFile(load(Path(plan.file)), plan, today) for plan in plans]
    systems = [*_used(experiments), *_named(files, choices)]
    return advise(systems, experiments)


def _used(experiments: Sequence[ExperimentFile]) -> Iterator[SystemFile]:
    documents: dict[Path, Document] = {}  # most experiments share one
    for each in experiments:
        path = path_of_system(each.document)
        if path is not None:
            document = documents.get(path) or load(path)
            documents[path] = document
            yield SystemFile(document, each.system)


def _named(files: Sequence[Path], choices: Choices) -> Iterator[SystemFile]:
    for path in files:
        if path.name.startswith("_"):
            continue
        try:
            document = load(path)
            if "services" in document.root:
                yield SystemFile(document, resolve_system(document, choices)[0])
        except InvalidFile:
            continue
