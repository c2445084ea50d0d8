"""From what a page asks for to a fault that can be injected; what is wrong with it is said as of any file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, Field

from chaos.errors import InvalidFile
from chaos.experiment.experiment import FaultEntry
from chaos.experiment.loader import Document, parse
from chaos.experiment.problems import Location, Problem, suggest
from chaos.experiment.validation import validate
from chaos.faults import FAULTS
from chaos.faults.fault import Place
from chaos.fields import Strict
from chaos.units import format_duration

HERE: Final = Path("this page")
LONGEST_S: Final = 600.0
"""A fault of the page is never for ever."""
DEFAULT: Final = "10s"
Model = TypeVar("Model", bound=BaseModel)


class AskedFault(Strict):
    """A fault as the page's form sends it: its settings as they were typed, in `yaml` those that are read as YAML."""

    place: Place
    on: str
    kind: str
    lasts: str = Field(DEFAULT, alias="for")
    share: str = ""
    texts: Mapping[str, str] = Field(default_factory=dict)
    yaml: Mapping[str, str] = Field(default_factory=dict)


class AskedUsers(Strict):
    """Whether users shall come."""

    coming: bool


class AskedName(Strict):
    """What an experiment shall be called."""

    name: str = Field(min_length=1, max_length=120)


def read(body: bytes, model: type[Model]) -> Model:
    """Raises `InvalidFile`."""
    try:
        root = json.loads(body)
    except ValueError as error:
        raise InvalidFile([_problem("", f"this is not JSON: {error}")]) from None
    if not isinstance(root, dict):
        raise InvalidFile([_problem("", "a JSON object was expected")])
    found, problems = validate(_document(root), model)
    if problems or found is None:
        raise InvalidFile(problems)
    return found


def entry_of(asked: AskedFault) -> FaultEntry:
    """Raises `InvalidFile` with all that is wrong with it, whatever system it is for."""
    if asked.kind not in FAULTS:
        raise InvalidFile([_problem("kind", f"there is no fault {asked.kind!r}; {suggest(asked.kind, FAULTS)}")])
    problems: list[Problem] = []
    settings = dict(_settings(asked, problems))
    root = {asked.place: asked.on, asked.kind: settings, "for": asked.lasts}
    if asked.share.strip():
        root["share"] = asked.share
    entry, found = validate(_document(root), FaultEntry)
    problems += found
    if entry is not None and entry.lasts is not None and entry.lasts > LONGEST_S:
        message = f"at most {format_duration(LONGEST_S)} here; what lasts longer is better written as an experiment"
        problems.append(_problem("for", message))
    if problems or entry is None:
        raise InvalidFile(problems)
    return entry


def _settings(asked: AskedFault, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    """Those that were typed; what is no YAML is added to `problems`."""
    yield from ((name, text) for name, text in asked.texts.items() if text.strip())
    for name, text in asked.yaml.items():
        if not text.strip():
            continue
        try:
            yield name, parse(f"value: {text}", HERE).root["value"]
        except InvalidFile as error:
            reasons = [each.message for each in error.problems if isinstance(each, Problem)]
            problems.append(_problem(f"{asked.kind}.{name}", "; ".join(reasons)))


def _document(root: Mapping[str, Any]) -> Document:
    """It stands in no file, so nothing in it has a line."""
    places = dict.fromkeys(_places(root, ()), (0, 0))
    return Document(HERE, root, places, places)


def _places(value: Any, location: Location) -> Iterator[Location]:
    """Of a value and of all in it."""
    yield location
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from _places(each, (*location, key))


def _problem(where: str, message: str) -> Problem:
    return Problem(HERE, 0, 0, where, message)
