"""TOML as a `Document`: plain values, and the line and column of every key that begins a line or heads a table.

What stands inside an inline table or a list is placed where its nearest key is. Dates become text, as in YAML.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from chaos.errors import InvalidFile
from chaos.experiment.loader import Document, Position
from chaos.experiment.problems import Location, Problem

_WHERE: Final = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")
_PART: Final = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_NAME: Final = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER: Final = re.compile(rf"\s*(\[\[?)\s*({_NAME})\s*\]")
_KEY: Final = re.compile(rf"\s*({_NAME})\s*=\s*")


def parse_toml(text: str, path: Path, table: Sequence[str] = ()) -> Document | None:
    """The document that stands in that table of the file; None: there is no such table. Raises `InvalidFile`."""
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _WHERE.fullmatch(str(error))
        said, line, column = found.groups() if found is not None else (str(error), "0", "0")
        raise InvalidFile([Problem(path, int(line), int(column), "", f"this is not TOML: {said}")]) from None
    root: Any = whole
    for name in table:
        root = root.get(name) if isinstance(root, dict) else None
    if root is None:
        return None
    keys = {location[len(table) :]: at for location, at in _keys(text, whole) if location[: len(table)] == (*table,)}
    if not isinstance(root, dict):
        message = "a table was expected here, with keys and values"
        raise InvalidFile([Problem(path, *keys.get((), (1, 1)), ".".join(table), message)])
    return Document(path, _plain(root), dict(_everywhere(root, keys, (), (1, 1))), keys)


def _keys(text: str, whole: Mapping[str, Any]) -> Iterator[tuple[Location, Position]]:
    """Lines that only look like keys, inside a longer text, lead nowhere in `whole` and are passed over."""
    table: Location = ()
    counts: dict[Location, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if (header := _HEADER.match(line)) is not None:
            named = _find(whole, (), _parts(header[2]), counts)
            if named is None:
                continue
            table = named
            yield table, (number, header.start(2) + 1)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
                yield table, (number, header.start(2) + 1)
        elif (key := _KEY.match(line)) is not None:
            found = _find(whole, table, _parts(key[1]), counts)
            if found is not None:
                yield found, (number, key.start(1) + 1)


def _parts(name: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_PART, name)]


def _find(
    whole: Mapping[str, Any], table: Location, parts: Sequence[str], counts: Mapping[Location, int]
) -> Location | None:
    """Where that name leads to from that table; the name of a list of tables leads to the last that has begun."""
    location: Location = table
    for part in parts:
        if location in counts:
            location = (*location, counts[location])
        location = (*location, part)
    value: Any = whole
    for step in location:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return location


def _everywhere(
    value: Any, keys: Mapping[Location, Position], location: Location, around: Position
) -> Iterator[tuple[Location, Position]]:
    """A place for every value: its own, or that of what it stands in."""
    at = keys.get(location, around)
    yield location, at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, each in inner:
        yield from _everywhere(each, keys, (*location, part), at)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value
