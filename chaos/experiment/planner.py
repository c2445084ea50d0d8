"""From files to plans: find them, load them, put in the vars, validate, check, and number nothing twice."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaos.errors import InvalidFile, InvalidOption
from chaos.experiment.claim_checks import confidence_problems, patience_problems
from chaos.experiment.control_checks import control_problems
from chaos.experiment.experiment import Experiment
from chaos.experiment.fault_checks import fault_problems
from chaos.experiment.include import load_whole
from chaos.experiment.loader import Document
from chaos.experiment.matrix import Cell, cells_of, matrix_problems
from chaos.experiment.name_checks import journey_problems, name_problems
from chaos.experiment.plan import Plan
from chaos.experiment.problems import Problem
from chaos.experiment.schedule_checks import schedule_problems
from chaos.experiment.system import System
from chaos.experiment.systems import Choices, Systems, mapping_at, resolve_system
from chaos.experiment.targets import Spread, spread, target_problems
from chaos.experiment.validation import validate

DEFAULT_FOLDER = Path("experiments")


@dataclass(frozen=True, slots=True)
class Findings:
    """What files gave: the plans that can run, and every problem of those that can't."""

    plans: tuple[Plan, ...]
    problems: tuple[Problem, ...]


def find_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The YAML files that `paths` name, folders in sorted order. Raises `InvalidOption` for a path that isn't there."""
    if not paths:
        if not DEFAULT_FOLDER.is_dir():
            message = "there is no folder experiments/ here; name a file or a folder with experiments"
            raise InvalidOption(f"{message}, or list them in gatecrash.toml")
        paths = [DEFAULT_FOLDER]
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            files = [file for pattern in ("*.yaml", "*.yml") for file in path.rglob(pattern) if file.is_file()]
            for file in sorted(file for file in files if not _hidden(file, path)):
                found.setdefault(file.resolve(), file)
        elif path.exists():
            found.setdefault(path.resolve(), path)
        else:
            raise InvalidOption(f"{path}: there is no such file or folder")
    return tuple(found.values())


def make_plans(files: Iterable[Path], choices: Choices) -> Findings:
    """A plan for every experiment among `files`; systems and includes (`_name.yaml`) are passed over as such."""
    plans: list[Plan] = []
    problems: set[Problem] = set()
    systems = Systems(choices)
    for file in files:
        try:
            document = load_whole(file)
            if file.name.startswith("_"):
                problems.update(document.problems)
                continue
            if "services" in document.root:
                resolve_system(document, choices)
                continue
            cells = cells_of(document)
        except InvalidFile as error:
            problems.update(problem for problem in error.problems if isinstance(problem, Problem))
            continue
        for cell in cells:
            try:
                plans.append(make_plan(cell.document, systems, cell))
            except InvalidFile as error:
                problems.update(problem for problem in error.problems if isinstance(problem, Problem))
    problems.update(_same_ids(plans))
    return Findings(tuple(plans), tuple(sorted(problems)))


def make_plan(document: Document, systems: Systems, cell: Cell | None = None) -> Plan:
    """The plan of one experiment, which may be one cell of its file's matrix.

    Raises `InvalidFile` with all that is wrong in it and in its system.
    """
    values_of_cell = cell.values if cell is not None else {}
    experiment, found = validate(document, Experiment)
    problems = list(found)
    system_path = path_of_system(document)
    if system_path is None:
        raise InvalidFile(problems)
    resolved: tuple[System, Mapping[str, Any]] | None = None
    faults: Spread = ()
    if not system_path.is_file():
        message = f"there is no file {document.root['system']!r} (looked for {system_path})"
        problems.append(document.problem(("system",), message))
    else:
        try:
            own_vars = {**mapping_at(document, "vars"), **values_of_cell}
            resolved = systems.resolved(system_path, own_vars)
        except InvalidFile as error:
            problems.extend(problem for problem in error.problems if isinstance(problem, Problem))
    if resolved is not None:
        problems.extend(name_problems(document, resolved[0]))
        if cell is not None:
            problems.extend(matrix_problems(document, cell, resolved[0].vars, systems.choices.vars))
        if experiment is not None:
            problems.extend(journey_problems(document, experiment, resolved[0]))
            problems.extend(schedule_problems(document, experiment, resolved[0]))
            problems.extend(patience_problems(document, experiment, resolved[0]))
            problems.extend(target_problems(document, experiment, resolved[0]))
            faults = spread(experiment, resolved[0], systems.choices.seed)
            problems.extend(fault_problems(document, experiment, resolved[0], faults))
            problems.extend(confidence_problems(document, experiment, resolved[0]))
            problems.extend(control_problems(document, experiment, resolved[0]))
    if problems or experiment is None or resolved is None:
        raise InvalidFile(sorted(problems))
    system, values = resolved
    experiment = experiment.model_copy(update={"faults": tuple(entry for _, entry in faults)})
    sets = {name: value for name, value in values_of_cell.items() if name in system.vars}
    if sets:
        experiment = experiment.model_copy(update={"vars": {**experiment.vars, **sets}})
    if experiment.journeys:
        made = {name: journey for name, journey in system.journeys.items() if name in experiment.journeys}
        system = system.model_copy(update={"journeys": made})
    return Plan(
        id=_id(document, cell),
        file=str(document.path),
        folder=str(system_path.parent.resolve()),
        variant=systems.choices.variant,
        vars=values,
        matrix=values_of_cell,
        seed=systems.choices.seed,
        experiment=experiment,
        system=system,
    )


def path_of_system(document: Document) -> Path | None:
    """Where the experiment says its system is, if it says so."""
    named = document.root.get("system")
    return Path(os.path.normpath(document.path.parent / named)) if isinstance(named, str) and named else None


def ids_in(files: Iterable[Path]) -> tuple[str, ...]:
    """The ids that experiments of these files have, without planning them; a file that is not well has its stem's."""
    found: list[str] = []
    for file in files:
        try:
            document = load_whole(file)
            if not (file.name.startswith("_") or "services" in document.root):
                found.extend(_id(document, cell) for cell in cells_of(document))
        except InvalidFile:
            found.append(file.stem)
    return tuple(found)


def _id(document: Document, cell: Cell | None) -> str:
    return f"{document.path.stem}{cell.suffix if cell is not None else ''}"


def _same_ids(plans: Sequence[Plan]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for plan in plans:
        if plan.id in first and first[plan.id] != plan.file:
            message = f"its id {plan.id!r} is also that of {first[plan.id]}; rename one of the files"
            yield Problem(Path(plan.file), 0, 0, "", message)
        first.setdefault(plan.id, plan.file)


def _hidden(file: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(below).parts)
