"""Placeholders in the system file's texts. `{vars.x}` is put in before the file is validated, the others at run time.

Only the names below are placeholders; any other brace is literal, so JSON and CSS may stand in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from chaos.experiment.loader import Document
from chaos.experiment.problems import Location, Problem, suggest

_VAR: Final = re.compile(r"\{vars\.([A-Za-z_][\w-]*)\}")
_RUNTIME: Final = re.compile(r"\{(?:(links|services|env)\.([A-Za-z_][\w-]*)|(port|workdir|python))\}")


def put_in_vars(document: Document, values: Mapping[str, Any]) -> tuple[Document, tuple[Problem, ...]]:
    """The document with every `{vars.x}` replaced. A text that is one placeholder alone takes the value's own type."""
    problems: list[Problem] = []

    def filled(found: Any, location: Location) -> Any:
        if isinstance(found, dict):
            return {key: filled(value, (*location, key)) for key, value in found.items()}
        if isinstance(found, list):
            return [filled(value, (*location, index)) for index, value in enumerate(found)]
        if not isinstance(found, str):
            return found
        for name in _VAR.findall(found):
            if name not in values:
                message = f"{{vars.{name}}}: there is no such var; {suggest(name, values)}"
                problems.append(document.problem(location, message))
                return found
        whole = _VAR.fullmatch(found)
        if whole:
            return values[whole.group(1)]
        return _VAR.sub(lambda match: _as_text(values[match.group(1)]), found)

    root = filled(document.root, ())
    return replace(document, root=root), tuple(problems)


def placeholders(text: str) -> Iterator[tuple[str, str]]:
    """The run-time placeholders of a text, as (table, name): `("links", "media")`, `("", "port")`."""
    for table, name, alone in _RUNTIME.findall(text):
        yield (table, name) if table else ("", alone)


def render(text: str, values: Mapping[tuple[str, str], str]) -> str:
    """The text with its run-time placeholders put in. Raises `KeyError` for one without a value."""
    return _RUNTIME.sub(lambda match: values[(match.group(1) or "", match.group(2) or match.group(3))], text)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
