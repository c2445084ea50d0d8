"""System files on the way to plans: read, filled with vars, validated and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos.errors import InvalidFile, InvalidOption
from chaos.experiment.include import load_whole
from chaos.experiment.loader import Document, parse
from chaos.experiment.placeholders import put_in_vars
from chaos.experiment.problems import suggest
from chaos.experiment.system import System
from chaos.experiment.system_checks import system_problems
from chaos.experiment.validation import validate


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line asked for."""

    variant: str | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0


def pairs(sets: Sequence[str], *, option: str = "--set") -> Mapping[str, Any]:
    """`mode=fragile` as a YAML value, so that numbers and booleans mean what they mean in a file.

    Raises `InvalidOption`.
    """
    found: dict[str, Any] = {}
    for each in sets:
        name, equals, value = each.partition("=")
        if not (name and equals):
            raise InvalidOption(f"{option}: {each!r} is not NAME=VALUE")
        try:
            found[name.strip()] = parse(f"value: {value}", Path(option)).root["value"]
        except InvalidFile:
            message = f"{option}: {value!r} is not a YAML value; quote it, like {option} '{name}=\"{value}\"'"
            raise InvalidOption(message) from None
    return found


Resolved = tuple[System, Mapping[str, Any]]


class Systems:
    """Those of one round of planning: each file is read once, and resolved once for the same vars."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self._documents: dict[Path, Document] = {}
        self._resolved: dict[tuple[Path, str], Resolved] = {}

    def resolved(self, path: Path, experiment_vars: Mapping[str, Any]) -> Resolved:
        """The system and its vars. Raises `InvalidFile` with all that is wrong in it."""
        key = path, json.dumps(experiment_vars, sort_keys=True, default=str)
        if key not in self._resolved:
            if path not in self._documents:
                self._documents[path] = load_whole(path)
            self._resolved[key] = resolve_system(self._documents[path], self.choices, experiment_vars)
        return self._resolved[key]


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


def _vars(document: Document, choices: Choices, experiment_vars: Mapping[str, Any]) -> dict[str, Any]:
    """What is wrong with `vars` or `variants` themselves is the model's to say, and the checks'."""
    declared = mapping_at(document, "vars")
    variants = mapping_at(document, "variants")
    if choices.variant is not None and choices.variant not in variants:
        message = f"{document.path} has no variant {choices.variant!r}; {suggest(choices.variant, variants)}"
        raise InvalidOption(f"--variant: {message}")
    for name in choices.vars:
        if name not in declared:
            raise InvalidOption(f"--set: {document.path} has no var {name!r}; {suggest(name, declared)}")
    chosen = _as_mapping(variants.get(choices.variant)) if choices.variant is not None else {}
    known = {name: value for name, value in experiment_vars.items() if name in declared}
    return {**declared, **chosen, **known, **choices.vars}


def mapping_at(document: Document, key: str) -> Mapping[str, Any]:
    """What stands there, if it is a mapping: if not, the model says so."""
    return _as_mapping(document.root.get(key))


def _as_mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}
