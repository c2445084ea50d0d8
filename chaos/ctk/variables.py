"""`${name}` in an experiment: its configuration, then its secrets.

Configuration is taken as it is at the time of the import. A secret from the environment becomes `{env.NAME}`, which is
masked in reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Template
from typing import Any, Final

from chaos.experiment.loader import Document
from chaos.experiment.problems import Location, Problem

_TYPES: Final[Mapping[str, Callable[[str], object]]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda text: text.lower() in {"true", "1", "yes"},
    "json": str,
}
_VARIABLE: Final = re.compile(Template.pattern.pattern, re.IGNORECASE | re.VERBOSE)


@dataclass(frozen=True, slots=True)
class Variables:
    """`values` by name; `notes` say what became of those that have no plain value."""

    values: Mapping[str, object]
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def variables_of(document: Document, environment: Mapping[str, str]) -> Variables:
    values: dict[str, object] = {}
    notes: list[str] = []
    problems: list[Problem] = []
    for group, secrets in _mapping(document.root.get("secrets")).items():
        for name, found in _mapping(secrets).items():
            values[name], note = _secret(f"secrets.{group}.{name}", name, found)
            notes += [note] if note else []
    for name, found in _mapping(document.root.get("configuration")).items():
        kind = found.get("type") if isinstance(found, dict) else None
        if kind == "env":
            value = environment.get(str(found.get("key")), found.get("default"))
            if value is None:
                message = (
                    f"the environment variable {found.get('key')} is not set; set it as for `chaos run`, "
                    "or write a `default`"
                )
                problems.append(document.problem(("configuration", name), message))
                continue
            try:
                values[name] = _TYPES.get(str(found.get("env_var_type")), str)(str(value))
            except ValueError:
                message = f"{value!r} is no {found['env_var_type']}"
                problems.append(document.problem(("configuration", name), message))
                continue
            notes.append(f"configuration.{name}: read from the environment variable {found.get('key')} at the import")
        elif kind is not None:
            notes.append(f"configuration.{name}: found out by a {kind} when the original runs, which is not done here")
        else:
            values[name] = found
    return Variables(values, tuple(notes), tuple(problems))


def put_in(found: Any, values: Mapping[str, object]) -> Any:
    """Plain data with every `${name}` that has a value replaced. A text that is one alone takes the value's type."""
    if isinstance(found, dict):
        return {key: put_in(inner, values) for key, inner in found.items()}
    if isinstance(found, list):
        return [put_in(inner, values) for inner in found]
    if not isinstance(found, str) or "$" not in found:
        return found
    whole = _VARIABLE.fullmatch(found)
    name = str(whole["named"] or whole["braced"]) if whole is not None else ""
    return values[name] if name in values else Template(found).safe_substitute(values)


def left_over(found: Any, location: Location) -> tuple[Location, str] | None:
    """The first `${name}` that nothing was known for."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in inner:
        if (first := left_over(value, (*location, key))) is not None:
            return first
    names = [match["braced"] for match in _VARIABLE.finditer(found)] if isinstance(found, str) else []
    name = next(filter(None, names), None)
    return (location, name) if name is not None else None


def _secret(where: str, name: str, found: object) -> tuple[object, str]:
    if not isinstance(found, dict):
        return found, f"{where}: stands in plain text here as in the original; {{env.NAME}} would be masked in reports"
    if found.get("type") == "env":
        return f"{{env.{found.get('key')}}}", ""
    variable = name.upper()
    return f"{{env.{variable}}}", f"{where}: comes from a {found.get('type')}; set the environment variable {variable}"


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}
