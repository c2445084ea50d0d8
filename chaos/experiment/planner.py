"""From files to plans: find them, load them, put in the vars, validate, check, and number nothing twice."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos.errors import InvalidFile, InvalidOption
from chaos.experiment.checks import (
    journey_problems,
    name_problems,
    schedule_problems,
    system_problems,
)
from chaos.experiment.claim_checks import confidence_problems, patience_problems
from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document, load
from chaos.experiment.placeholders import put_in_vars
from chaos.experiment.plan import Plan
from chaos.experiment.problems import Problem, suggest
from chaos.experiment.system import System
from chaos.experiment.validation import validate

DEFAULT_FOLDER = Path("experiments")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line asked for."""

    variant: str | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Findings:
    """What files gave: the plans that can run, and every problem of those that can't."""

    plans: tuple[Plan, ...]
    problems: tuple[Problem, ...]


def find_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The YAML files that `paths` name, folders in sorted order. Raises `InvalidOption` for a path that isn't there."""
    if not paths:
        if not DEFAULT_FOLDER.is_dir():
            raise InvalidOption("there is no folder experiments/ here; name a file or a folder with experiments")
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
    for file in files:
        try:
            document = load(file)
            if file.name.startswith("_"):
                problems.update(document.problems)
                continue
            if "services" in document.root:
                resolve_system(document, choices)
            else:
                plans.append(make_plan(document, choices))
        except InvalidFile as error:
            problems.update(problem for problem in error.problems if isinstance(problem, Problem))
    problems.update(_same_ids(plans))
    return Findings(tuple(plans), tuple(sorted(problems)))


def make_plan(document: Document, choices: Choices) -> Plan:
    """The plan of one experiment. Raises `InvalidFile` with all that is wrong in it and in its system."""
    experiment, found = validate(document, Experiment)
    problems = list(found)
    system_path = path_of_system(document)
    if system_path is None:
        raise InvalidFile(problems)
    resolved: tuple[System, Mapping[str, Any]] | None = None
    if not system_path.is_file():
        message = f"there is no file {document.root['system']!r} (looked for {system_path})"
        problems.append(document.problem(("system",), message))
    else:
        try:
            resolved = resolve_system(load(system_path), choices, _mapping(document.root.get("vars")))
        except InvalidFile as error:
            problems.extend(problem for problem in error.problems if isinstance(problem, Problem))
    if resolved is not None:
        problems.extend(name_problems(document, resolved[0]))
        if experiment is not None:
            problems.extend(journey_problems(document, experiment, resolved[0]))
            problems.extend(schedule_problems(document, experiment, resolved[0]))
            problems.extend(patience_problems(document, experiment, resolved[0]))
            problems.extend(confidence_problems(document, experiment, resolved[0]))
    if problems or experiment is None or resolved is None:
        raise InvalidFile(sorted(problems))
    system, values = resolved
    if experiment.journeys:
        made = {name: journey for name, journey in system.journeys.items() if name in experiment.journeys}
        system = system.model_copy(update={"journeys": made})
    return Plan(
        id=document.path.stem,
        file=str(document.path),
        folder=str(system_path.parent.resolve()),
        variant=choices.variant,
        vars=values,
        seed=choices.seed,
        experiment=experiment,
        system=system,
    )


def resolve_system(
    document: Document, choices: Choices, experiment_vars: Mapping[str, Any] | None = None
) -> tuple[System, Mapping[str, Any]]:
    """The system and its vars. Precedence: `--set`, then the experiment, then the variant, then the file itself."""
    values = _vars(document, choices, experiment_vars or {})
    resolved, missing = put_in_vars(document, values)
    system, more = validate(resolved, System)
    unfilled = {(problem.line, problem.column) for problem in missing}
    problems = [*missing, *(problem for problem in more if (problem.line, problem.column) not in unfilled)]
    if system is not None:
        problems.extend(system_problems(resolved, system))
    if problems or system is None:
        raise InvalidFile(sorted(problems))
    return system, values


def path_of_system(document: Document) -> Path | None:
    """Where the experiment says its system is, if it says so."""
    named = document.root.get("system")
    return Path(os.path.normpath(document.path.parent / named)) if isinstance(named, str) and named else None


def _vars(document: Document, choices: Choices, experiment_vars: Mapping[str, Any]) -> dict[str, Any]:
    """What is wrong with `vars` or `variants` themselves is the model's to say, and the checks'."""
    declared = _mapping(document.root.get("vars"))
    variants = _mapping(document.root.get("variants"))
    if choices.variant is not None and choices.variant not in variants:
        message = f"{document.path} has no variant {choices.variant!r}; {suggest(choices.variant, variants)}"
        raise InvalidOption(f"--variant: {message}")
    for name in choices.vars:
        if name not in declared:
            raise InvalidOption(f"--set: {document.path} has no var {name!r}; {suggest(name, declared)}")
    chosen = _mapping(variants.get(choices.variant)) if choices.variant is not None else {}
    known = {name: value for name, value in experiment_vars.items() if name in declared}
    return {**declared, **chosen, **known, **choices.vars}


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _same_ids(plans: Sequence[Plan]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for plan in plans:
        if plan.id in first and first[plan.id] != plan.file:
            message = f"its id {plan.id!r} is also that of {first[plan.id]}; rename one of the files"
            yield Problem(Path(plan.file), 0, 0, "", message)
        first.setdefault(plan.id, plan.file)


def _hidden(file: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(below).parts)
