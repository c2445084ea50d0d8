"""From files to plans: find them, load them, put in the vars, validate, check, and number nothing twice."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos.errors import InvalidFile, InvalidOption
from chaos.experiment.checks import experiment_problems, system_problems
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
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = [file for pattern in ("*.yaml", "*.yml") for file in path.rglob(pattern) if not _hidden(file, path)]
            found.update(dict.fromkeys(sorted(inside)))
        elif path.exists():
            found[path] = None
        else:
            raise InvalidOption(f"{path}: there is no such file or folder")
    return tuple(found)


def make_plans(files: Iterable[Path], choices: Choices) -> Findings:
    """A plan for every experiment among `files`; systems and includes (`_name.yaml`) are passed over as such."""
    plans: list[Plan] = []
    problems: set[Problem] = set()
    for file in files:
        try:
            document = load(file)
            if file.name.startswith("_"):
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
    """The plan of one experiment. Raises `InvalidFile` with all that is wrong in it or in its system."""
    experiment, problems = validate(document, Experiment)
    if experiment is None:
        raise InvalidFile(problems)
    system_path = Path(os.path.normpath(document.path.parent / experiment.system))
    if not system_path.is_file():
        message = f"there is no file {experiment.system!r} (looked for {system_path})"
        raise InvalidFile([document.problem(("system",), message)])
    system_document = load(system_path)
    system, values = resolve_system(system_document, choices, experiment.vars)
    more = tuple(experiment_problems(document, experiment, system))
    if more:
        raise InvalidFile(more)
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
    resolved, problems = put_in_vars(document, values)
    if problems:
        raise InvalidFile(problems)
    system, problems = validate(resolved, System)
    if system is None:
        raise InvalidFile(problems)
    more = tuple(system_problems(resolved, system))
    if more:
        raise InvalidFile(more)
    return system, values


def _vars(document: Document, choices: Choices, experiment_vars: Mapping[str, Any]) -> dict[str, Any]:
    declared = document.root.get("vars") or {}
    variants = document.root.get("variants") or {}
    if not isinstance(declared, dict) or not isinstance(variants, dict):
        return {}  # the model says what is wrong with them
    chosen: Mapping[str, Any] = {}
    if choices.variant is not None:
        if choices.variant not in variants:
            message = f"{document.path} has no variant {choices.variant!r}; {suggest(choices.variant, variants)}"
            raise InvalidOption(f"--variant: {message}")
        chosen = variants[choices.variant]
        for name in chosen if isinstance(chosen, dict) else ():
            if name not in declared:
                location = ("variants", choices.variant, name)
                message = f"there is no var {name!r}; {suggest(name, declared)}"
                raise InvalidFile([document.problem(location, message, at_key=True)])
    for name in choices.vars:
        if name not in declared:
            raise InvalidOption(f"--set: {document.path} has no var {name!r}; {suggest(name, declared)}")
    known = {name: value for name, value in experiment_vars.items() if name in declared}
    return {**declared, **chosen, **known, **choices.vars}


def _same_ids(plans: Sequence[Plan]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for plan in plans:
        if plan.id in first and first[plan.id] != plan.file:
            message = f"its id {plan.id!r} is also that of {first[plan.id]}; rename one of the files"
            yield Problem(Path(plan.file), 0, 0, "", message)
        first.setdefault(plan.id, plan.file)


def _hidden(file: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(below).parts)
