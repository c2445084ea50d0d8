"""A document against its model: every mismatch as a problem with its place, in the file author's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chaos.experiment.loader import Document
from chaos.experiment.problems import Location, Problem, suggest

Model = TypeVar("Model", bound=BaseModel)


def validate(document: Document, model: type[Model]) -> tuple[Model | None, tuple[Problem, ...]]:
    """The model, or None and all problems in file order."""
    try:
        return model.model_validate_json(json.dumps(document.root)), ()
    except ValidationError as error:
        problems = {_problem(document, model, details) for details in error.errors(include_url=False)}
        return None, tuple(sorted(problems))


def _problem(document: Document, model: type[BaseModel], details: ErrorDetails) -> Problem:
    location = _in_file(document, details)
    kind = details["type"]
    if kind == "extra_forbidden":
        key = str(location[-1])
        known = _keys_at(model, location[:-1])
        return document.problem(location, f"{key} is not known here; {suggest(key, known)}", at_key=True)
    describe = _MESSAGES.get(kind)
    return document.problem(location, describe(details) if describe else details["msg"])


def _missing(details: ErrorDetails) -> str:
    return f"{details['loc'][-1]} is missing here; it is required"


def _shown(found: object) -> str:
    if isinstance(found, Mapping):
        return "a mapping"
    if isinstance(found, (list, tuple)):
        return "a list"
    return "nothing" if found is None else json.dumps(found)


def _wanted(what: str) -> Callable[[ErrorDetails], str]:
    return lambda details: f"{what} was expected, not {_shown(details['input'])}"


_MESSAGES: Final[Mapping[str, Callable[[ErrorDetails], str]]] = {
    "missing": _missing,
    "value_error": lambda details: str(details["ctx"]["error"]),
    "string_type": lambda details: f"a text was expected, not {_shown(details['input'])}; put it in quotes",
    "int_type": _wanted("a whole number"),
    "float_type": _wanted("a number"),
    "bool_type": _wanted("true or false"),
    "model_type": _wanted("a mapping"),
    "dict_type": _wanted("a mapping"),
    "mapping_type": _wanted("a mapping"),
    "tuple_type": _wanted("a list"),
    "literal_error": lambda details: f"{_shown(details['input'])} was found; {details['ctx']['expected']} was expected",
    "too_short": lambda details: "at least one entry is needed",
    "string_too_short": lambda details: "a text was expected, not an empty one",
    "greater_than": lambda details: "it must be more than 0",
}


def _in_file(document: Document, details: ErrorDetails) -> Location:
    """Pydantic's location as far as the file goes; a missing key is named, pydantic's own words are not."""
    location: Location = ()
    for part in details["loc"]:
        if (*location, part) not in document.values:
            return (*location, part) if details["type"] == "missing" else location
        location = (*location, part)
    return location


def _keys_at(model: Any, location: Location) -> tuple[str, ...]:
    """The keys that a mapping at `location` may have, according to the model."""
    kind = _plain_type(model)
    for part in location:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = {(field.alias or name): field for name, field in kind.model_fields.items()}
            kind = _plain_type(fields[str(part)].annotation) if str(part) in fields else None
        else:
            arguments = get_args(kind)
            kind = _plain_type(arguments[-1 if isinstance(part, str) else 0]) if arguments else None
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return tuple(field.alias or name for name, field in kind.model_fields.items())
    return ()


def _plain_type(annotation: Any) -> Any:
    """The annotation without `| None` and `Annotated`."""
    while get_origin(annotation) in (Union, UnionType) or hasattr(annotation, "__metadata__"):
        if hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        else:
            annotation = next(part for part in get_args(annotation) if part is not type(None))
    return annotation
