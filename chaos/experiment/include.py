"""Files that take parts of others in: `include: _common.yaml`, for tolerances and parts of a system that are shared.

Mappings are put together key by key; what stands in two files is a problem, since nobody could tell which one holds.
Whatever comes from another file keeps its place there, so that messages name the file to mend. Paths in it (`cwd`,
`system`) count from the file that includes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chaos.experiment.compose.taking_in import with_composed
from chaos.experiment.loader import Document, load
from chaos.experiment.problems import Location, Problem


def load_whole(path: Path) -> Document:
    """One YAML file with all that it includes, and the services of its compose file. Raises `InvalidFile`."""
    return with_composed(_whole(load(path), ()))


def _whole(document: Document, within: tuple[Path, ...]) -> Document:
    """`within` are the files that include this one, the outermost first."""
    chain = (*within, document.path)
    whole = document
    for location, name in _named(document):
        path = document.path.parent / name
        problem = _misnamed(path, chain)
        if problem is not None:
            whole = replace(whole, problems=(*whole.problems, document.problem(location, problem)))
            continue
        whole = _merged(whole, _whole(load(path), chain))
    return whole


def _named(document: Document) -> Iterator[tuple[Location, str]]:
    """What is no text, the model complains of."""
    found = document.root.get("include")
    if isinstance(found, str):
        yield ("include",), found
    for index, name in enumerate(found if isinstance(found, list) else ()):
        if isinstance(name, str):
            yield ("include", index), name


def _misnamed(path: Path, chain: tuple[Path, ...]) -> str | None:
    resolved = [each.resolve() for each in chain]
    if path.resolve() in resolved:
        ring = [each.name for each in chain[resolved.index(path.resolve()) :]]
        return f"a file can't include itself: {' includes '.join([*ring, path.name])}"
    if not path.name.startswith("_"):
        return f"{path.name} is no include; the name of a file that is only a part of others begins with _"
    if not path.is_file():
        return f"there is no file {path.name!r} (looked for {path})"
    return None


def _merged(document: Document, other: Document) -> Document:
    values, keys, origins = dict(document.values), dict(document.keys), dict(document.origins)
    problems = [*document.problems, *other.problems]

    def take(location: Location) -> None:
        """All that stands there in the other file, with its places."""
        depth = len(location)
        for table, known in ((values, other.values), (keys, other.keys)):
            for each, position in known.items():
                if each[:depth] == location:
                    table[each] = position
                    origins[each] = other.origins.get(each, other.path)

    def put_together(ours: Mapping[str, Any], theirs: Mapping[str, Any], location: Location) -> dict[str, Any]:
        together = dict(ours)
        for key, value in theirs.items():
            inner = (*location, key)
            if inner == ("include",):
                continue
            if key not in ours:
                together[key] = value
                take(inner)
            elif isinstance(ours[key], dict) and isinstance(value, dict):
                together[key] = put_together(ours[key], value, inner)
            elif (clash := _clash(document, other, inner)) is not None:
                problems.append(clash)
        return together

    root = put_together(document.root, other.root, ())
    return Document(document.path, root, values, keys, tuple(problems), origins)


def _clash(document: Document, other: Document, location: Location) -> Problem | None:
    """None where both have taken it in from the very same place."""
    here = document.origins.get(location, document.path), document.keys.get(location)
    there = other.origins.get(location, other.path), other.keys.get(location)
    if here[0].resolve() == there[0].resolve() and here[1] == there[1]:
        return None
    line = there[1][0] if there[1] is not None else 1
    message = f"this also stands in {there[0]}:{line}; keep one of them"
    return document.problem(location, message, at_key=True)
