"""A document against its model: every mismatch as a problem with its place, in the file author's words."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chaos.experiment.loader import Document
from chaos.experiment.problems import Location, Problem, suggest

Model = TypeVar("Model", bound=BaseModel)


def validate(document: Document, model: type[Model]) -> tuple[Model | None, tuple[Problem, ...]]:
    """The model, and all problems in file order. Nothing may be run when there are problems.

    There is a model all the same when only keys are in the way that it does not know: so whoever checks more can do
    that in the same go. Otherwise it is None.
    """
    nulls = _nulls(document, model)
    try:
        return model.model_validate_json(json.dumps(document.root)), _in_order(document, nulls)
    except ValidationError as error:
        details = error.errors(include_url=False)
    for each in details:
        if each["type"] == "string_type":  # `{port}` without quotes: a mapping from port to nothing
            nulls = {location: problem for location, problem in nulls.items() if location[:-1] != each["loc"]}
    found = {location: problem for location, problem in _problems(document, model, details) if location not in nulls}
    for location in nulls:  # "exactly one of" means little as long as one of them is empty
        found.pop(location[:-1], None)
    rest = None
    if all(each["type"] == "extra_forbidden" for each in details):
        rest = _without(document, model, [each["loc"] for each in details])
    return rest, _in_order(document, {**nulls, **found})


def _in_order(document: Document, found: Mapping[Location, Problem]) -> tuple[Problem, ...]:
    """Those of the document itself come first: what it says of a place need not be said again."""
    places = {(problem.line, problem.column) for problem in document.problems}
    more = {problem for problem in found.values() if (problem.line, problem.column) not in places}
    return tuple(sorted({*document.problems, *more}))


def _problems(
    document: Document, model: type[BaseModel], details: Sequence[ErrorDetails]
) -> Iterator[tuple[Location, Problem]]:
    for each in details:
        if each["type"] == "too_short" and each["input"]:
            continue  # there are entries, and what is wrong with them is said of each
        location = _in_file(document, each)
        yield location, _problem(document, model, location, each)


def _problem(document: Document, model: type[BaseModel], location: Location, details: ErrorDetails) -> Problem:
    kind = details["type"]
    if kind == "extra_forbidden":
        key = str(location[-1])
        known = _keys_of(_type_at(model, location[:-1]))
        end = suggest(key, known) if known else "nothing may stand here"
        return document.problem(location, f"{key} is not known here; {end}", at_key=True)
    if kind == "model_type":
        keys = ", ".join(_keys_of(_type_at(model, location)))
        end = f"; its keys are {keys}" if keys else "; it has no keys, so write {}"
        return document.problem(location, f"a mapping was expected, not {_shown(details['input'])}{end}")
    describe = _MESSAGES.get(kind)
    return document.problem(location, describe(details) if describe else details["msg"])


def _nulls(document: Document, model: type[BaseModel]) -> Mapping[Location, Problem]:
    """Keys without a value. To a model that is as good as no key, but its author meant something by it."""
    found: dict[Location, Problem] = {}

    def look(value: Any, location: Location) -> None:
        if value is None:
            kind = _type_at(model, location)
            needs_none = isinstance(kind, type) and issubclass(kind, BaseModel) and not _required(kind)
            what = "write {} to have it as it is" if needs_none else "write a value"
            found[location] = document.problem(
                location, f"nothing stands here; {what}, or take the key out", at_key=True
            )
        elif isinstance(value, dict) and "json" not in location:  # JSON has a null of its own
            for key, inner in value.items():
                look(inner, (*location, key))
        elif isinstance(value, list) and "json" not in location:
            for index, inner in enumerate(value):
                look(inner, (*location, index))

    look(document.root, ())
    return found


def _required(model: type[BaseModel]) -> bool:
    return any(field.is_required() for field in model.model_fields.values())


def _without(document: Document, model: type[Model], unknown: Sequence[Location]) -> Model | None:
    """The model of what is left when those keys are taken out."""
    root = copy.deepcopy(dict(document.root))
    for location in unknown:
        inner: Any = root
        for part in location[:-1]:
            inner = inner[part]
        inner.pop(location[-1], None)
    try:
        return model.model_validate_json(json.dumps(root))
    except ValidationError:
        return None


def _missing(details: ErrorDetails) -> str:
    return f"{details['loc'][-1]} is missing here; it is required"


def _shown(found: object) -> str:
    if isinstance(found, Mapping):
        return "a mapping"
    if isinstance(found, (list, tuple)):
        return "a list"
    return "nothing" if found is None else json.dumps(found)


def _text_wanted(found: object) -> str:
    if isinstance(found, Mapping) and len(found) == 1 and list(found.values()) == [None]:
        return f"a text that begins with a brace must be quoted in YAML: '{{{next(iter(found))}}}'"
    quotes = "" if found is None or isinstance(found, (Mapping, list, tuple)) else "; put it in quotes"
    return f"a text was expected, not {_shown(found)}{quotes}"


def _wanted(what: str) -> Callable[[ErrorDetails], str]:
    return lambda details: f"{what} was expected, not {_shown(details['input'])}"


_MESSAGES: Final[Mapping[str, Callable[[ErrorDetails], str]]] = {
    "missing": _missing,
    "value_error": lambda details: str(details["ctx"]["error"]),
    "string_type": lambda details: _text_wanted(details["input"]),
    "int_type": _wanted("a whole number"),
    "float_type": _wanted("a number"),
    "bool_type": _wanted("true or false"),
    "dict_type": _wanted("a mapping"),
    "mapping_type": _wanted("a mapping"),
    "tuple_type": _wanted("a list"),
    "literal_error": lambda details: f"{_shown(details['input'])} was found; {details['ctx']['expected']} was expected",
    "list_type": _wanted("a list"),
    "int_from_float": _wanted("a whole number"),
    "too_short": lambda _: "at least one entry is needed",
    "string_too_short": lambda _: "a text was expected, not an empty one",
    "greater_than": lambda details: f"it must be more than {details['ctx']['gt']:g}",
    "greater_than_equal": lambda details: f"it must be at least {details['ctx']['ge']:g}",
    "less_than_equal": lambda details: f"it must be at most {details['ctx']['le']:g}",
}


def _in_file(document: Document, details: ErrorDetails) -> Location:
    """Pydantic's location as far as the file goes; a missing key is named, pydantic's own words are not."""
    location: Location = ()
    for part in details["loc"]:
        if (*location, part) not in document.values:
            return (*location, part) if details["type"] == "missing" else location
        location = (*location, part)
    return location


def _type_at(model: Any, location: Location) -> Any:
    """The type that the model has for what stands at `location`; None for what it does not know."""
    kind = _plain_type(model)
    for part in location:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = {(field.alias or name): field for name, field in kind.model_fields.items()}
            kind = _plain_type(fields[str(part)].annotation) if str(part) in fields else None
        else:
            arguments = get_args(kind)
            kind = _plain_type(arguments[-1 if isinstance(part, str) else 0]) if arguments else None
    return kind


def _keys_of(kind: Any) -> tuple[str, ...]:
    """The keys that such a mapping may have."""
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
