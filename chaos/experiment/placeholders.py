"""Placeholders in the system file's texts. `{vars.x}` is put in before the file is validated, the others at run time:
`{saved.x}` in a user's requests, the rest when services are started.

Only the names below are placeholders; any other brace is literal, so JSON and CSS may stand in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlsplit

from chaos.experiment.loader import Document
from chaos.experiment.problems import Location, Problem, suggest

VAR: Final = re.compile(r"\{vars\.([A-Za-z_][\w-]*)\}")
MATRIX: Final = re.compile(r"\{matrix\.([A-Za-z_][\w-]*)\}")
_RUNTIME: Final = re.compile(r"\{(?:(links|services|env)\.([A-Za-z_][\w-]*)|(host|port|workdir|python))\}")
_ENV: Final = re.compile(r"\{env\.([A-Za-z_]\w*)\}")
_SAVED: Final = re.compile(r"\{saved\.([A-Za-z_][\w-]*)\}")

Saved = str | int | float | bool
"""What a step can take from an answer: a single value."""


def put_in_vars(document: Document, values: Mapping[str, Any]) -> tuple[Document, tuple[Problem, ...]]:
    """The document with every `{vars.x}` replaced. A text that is one placeholder alone takes the value's own type."""
    return _put_in(document, values, VAR, "var")


def put_in_matrix(document: Document, values: Mapping[str, Any]) -> tuple[Document, tuple[Problem, ...]]:
    """The same of every `{matrix.x}`."""
    return _put_in(document, values, MATRIX, "value of the matrix")


def texts_in(found: Any) -> Iterator[str]:
    """All texts of a JSON or YAML value; keys are none."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, (dict, list)):
        for value in found.values() if isinstance(found, dict) else found:
            yield from texts_in(value)


def matrix_names(found: Any) -> Iterator[str]:
    """The names of all `{matrix.x}` in it."""
    return (name for text in texts_in(found) for name in MATRIX.findall(text))


def _put_in(
    document: Document, values: Mapping[str, Any], pattern: re.Pattern[str], what: str
) -> tuple[Document, tuple[Problem, ...]]:
    problems: list[Problem] = []

    def filled(found: Any, location: Location) -> Any:
        if isinstance(found, dict):
            return {key: filled(value, (*location, key)) for key, value in found.items()}
        if isinstance(found, list):
            return [filled(value, (*location, index)) for index, value in enumerate(found)]
        if not isinstance(found, str):
            return found
        for match in pattern.finditer(found):
            name = match.group(1)
            if name not in values:
                message = f"{match.group()}: there is no such {what}; {suggest(name, values)}"
                problems.append(document.problem(location, message))
                return found
        whole = pattern.fullmatch(found)
        if whole:
            return values[whole.group(1)]
        return pattern.sub(lambda match: as_text(values[match.group(1)]), found)

    root = filled(document.root, ())
    return replace(document, root=root), tuple(problems)


def placeholders(text: str) -> Iterator[tuple[str, str]]:
    """The run-time placeholders of a text, as (table, name): `("links", "media")`, `("", "port")`."""
    for table, name, alone in _RUNTIME.findall(text):
        yield (table, name) if table else ("", alone)


def render(text: str, values: Mapping[tuple[str, str], str]) -> str:
    """The text with its run-time placeholders put in. Raises `KeyError` for one without a value."""
    return _RUNTIME.sub(lambda match: values[(match.group(1) or "", match.group(2) or match.group(3))], text)


def variables_in(text: str) -> tuple[str, ...]:
    """The environment variables that a text names."""
    return tuple(_ENV.findall(text))


def put_in_environment(found: Any, values: Mapping[str, str]) -> Any:
    """A JSON value with every `{env.X}` replaced in its texts. Raises `KeyError` for one without a value."""
    if isinstance(found, dict):
        return {key: put_in_environment(value, values) for key, value in found.items()}
    if isinstance(found, list):
        return [put_in_environment(value, values) for value in found]
    return _ENV.sub(lambda match: values[match.group(1)], found) if isinstance(found, str) else found


def saved_names(text: str) -> tuple[str, ...]:
    """The names that a text takes from earlier answers, in order."""
    return tuple(_SAVED.findall(text))


def put_in_saved(found: Any, values: Mapping[str, Saved]) -> Any:
    """A text, or JSON with texts in it, with what was saved; a JSON text that is one placeholder alone takes the value
    as it came. Raises `KeyError` for one without a value."""
    if isinstance(found, dict):
        return {key: put_in_saved(value, values) for key, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [put_in_saved(value, values) for value in found]
    if not isinstance(found, str) or "{saved." not in found:
        return found
    whole = _SAVED.fullmatch(found)
    return values[whole.group(1)] if whole else text_with_saved(found, values)


def text_with_saved(text: str, values: Mapping[str, Saved]) -> str:
    """A text that stays one. Raises `KeyError` for a placeholder without a value."""
    return _SAVED.sub(lambda match: as_text(values[match.group(1)]), text)


def target_with_saved(target: str, values: Mapping[str, Saved]) -> str:
    """A target whose values are quoted, so that each stays one part of the path or one value of the query.

    Where the path begins with a placeholder, its value is an address that the app gave (a Location, the href of a
    link): its path and query are taken as they are, its host is not, since users come through links.
    """
    if "{saved." not in target:
        return target
    link, _, path = _split(target)
    begins = _SAVED.match(path)
    head = _path_of(as_text(values[begins.group(1)])) if begins else ""
    rest = path[begins.end() :] if begins else path
    return f"{link}:{head}{_SAVED.sub(lambda match: quote(as_text(values[match.group(1)]), safe=''), rest)}"


def _split(target: str) -> tuple[str, str, str]:
    """`edge:/x` and `link:edge:/x` before and behind the colon that the path follows."""
    scope = next((scope for scope in ("link:", "service:") if target.startswith(scope)), "")
    name, colon, path = target.removeprefix(scope).partition(":")
    return scope + name, colon, path


def _path_of(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return "/" + quote(address, safe="")
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    return f"{path}?{parts.query}" if parts.query else path


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
