"""From a file to the model: variables put in, references followed, every problem with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from chaos.ctk.model import CtkExperiment
from chaos.ctk.variables import left_over, put_in, variables_of
from chaos.errors import InvalidFile
from chaos.experiment.loader import Document, parse, text_of
from chaos.experiment.problems import suggest
from chaos.experiment.validation import validate

_OWN_KEYS: Final = ("title", "method", "steady-state-hypothesis")
_PAIR: Final = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})", re.ASCII)
_WITH_VARIABLES: Final = ("steady-state-hypothesis", "method", "rollbacks")


@dataclass(frozen=True, slots=True)
class Source:
    """An experiment as it was read; `document` knows where in the file everything stands."""

    document: Document
    experiment: CtkExperiment
    variables: Mapping[str, object]
    notes: tuple[str, ...]

    @property
    def configuration(self) -> Mapping[str, object]:
        """The variables that are no secrets."""
        known = self.document.root.get("configuration") or {}
        return {name: value for name, value in self.variables.items() if name in known}


def read(path: Path, environment: Mapping[str, str]) -> Source:
    """Raises `InvalidFile` with all that is in the way."""
    document = parse(_as_yaml(text_of(path)), path)
    if not any(key in document.root for key in _OWN_KEYS):
        keys = ", ".join(list(document.root)[:5])
        message = f"this is no experiment of Chaos Toolkit: it has {keys}, but neither title nor method"
        raise InvalidFile([document.problem((), message)])
    variables = variables_of(document, environment)
    filled = {
        key: put_in(value, variables.values) if key in _WITH_VARIABLES else value
        for key, value in document.root.items()
    }
    document = replace(document, root=_referred(replace(document, root=_without_nulls(filled))))
    experiment, problems = validate(document, CtkExperiment)
    unknown = [left_over(document.root[key], (key,)) for key in _WITH_VARIABLES if key in document.root]
    missing = [
        document.problem(where, f"${{{name}}} has no value; {suggest(name, variables.values)}")
        for where, name in filter(None, unknown)
    ]
    found = sorted({*variables.problems, *problems, *(missing if not variables.problems else ())})
    if found or experiment is None:
        raise InvalidFile(found)
    return Source(document, experiment, variables.values, variables.notes)


def _as_yaml(text: str) -> str:
    """JSON is YAML but for letters beyond the first 65,536, which it may write as two escapes."""
    return _PAIR.sub(lambda pair: pair[1] + json.loads(f'"{pair[2]}"'), text)


def _referred(document: Document) -> dict[str, Any]:
    """Activities in place of the names by which others refer to them. Raises `InvalidFile` for a name of none."""
    root = dict(document.root)
    hypothesis = root.get("steady-state-hypothesis")
    probes = hypothesis.get("probes") if isinstance(hypothesis, dict) else None
    lists: tuple[Any, ...] = (probes, root.get("method"), root.get("rollbacks"))
    known = {
        activity["name"]: activity
        for activities in lists
        for activity in (activities if isinstance(activities, list) else [])
        if isinstance(activity, dict) and isinstance(activity.get("name"), str)
    }
    for key in ("method", "rollbacks"):
        if not isinstance(root.get(key), list):
            continue
        activities = []
        for index, activity in enumerate(root[key]):
            name = activity.get("ref") if isinstance(activity, dict) else None
            if name is not None and name not in known:
                message = f"there is no activity {name!r}; {suggest(str(name), known)}"
                raise InvalidFile([document.problem((key, index, "ref"), message)])
            activities.append(activity if name is None else known[name])
        root[key] = activities
    return root


def _without_nulls(found: Any) -> Any:
    """A key without a value is as good as none to Chaos Toolkit."""
    if isinstance(found, dict):
        return {key: _without_nulls(value) for key, value in found.items() if value is not None}
    return [_without_nulls(value) for value in found] if isinstance(found, list) else found
