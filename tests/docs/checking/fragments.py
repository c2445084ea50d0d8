"""YAML that is a part of a file: it must fit one of the models that files are made of."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel

from chaos.errors import InvalidFile
from chaos.experiment.compose.taking_in import with_composed
from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document, parse
from chaos.experiment.matrix import cells_of
from chaos.experiment.problems import Problem
from chaos.experiment.system import System
from chaos.experiment.validation import validate
from checking.commands import problems_of

_MISSING = re.compile(r"(\w+) is missing here; it is required")


def fragment_problems(text: str, path: Path) -> list[str]:
    """None when it fits a system, an experiment, or one of the mappings in them; else those of the one that knows most
    of its keys.
    """
    try:
        document = cells_of(parse(text, path))[0].document
        if isinstance(document.root.get("compose"), dict):  # a compose file that is named need not be there
            document = with_composed(document)
    except InvalidFile as error:
        return [str(problem) for problem in error.problems]
    best = min(_models(), key=lambda model: (len(document.root.keys() - _keys(model)), len(_problems(document, model))))
    return _problems(document, best)


def foreign_problems(text: str) -> Iterator[str]:
    """Of a file that another program reads: it is YAML, and the commands of ours in it are right."""
    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        yield f"this is not YAML: {error}"
        return
    for line in (line.strip() for found in documents for each in _texts(found) for line in each.splitlines()):
        if line.startswith("gatecrash "):
            yield from problems_of(line)


def _problems(document: Document, model: type[BaseModel]) -> list[str]:
    """What is missing at the top is left out of a fragment on purpose."""
    return [str(each) for each in validate(document, model)[1] if not _left_out(each)]


def _keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def _left_out(problem: Problem) -> bool:
    missing = _MISSING.fullmatch(problem.message)
    return missing is not None and problem.where == missing.group(1)


@functools.cache
def _models() -> tuple[type[BaseModel], ...]:
    """The two files' models and those in them, outermost first."""
    found: dict[type[BaseModel], None] = {}
    waiting: list[Any] = [System, Experiment]
    while waiting:
        kind = waiting.pop(0)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind not in found:
                found[kind] = None
                waiting += [field.annotation for field in kind.model_fields.values()]
        else:
            waiting += get_args(kind)
    return tuple(found)


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    for inner in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from _texts(inner)
