"""YAML with positions: plain values plus the line and column of every one of them, for messages.

YAML's surprises are refused or read literally: duplicate keys, keys that are not text and base-60 numbers (`1:30`) are
problems; only `true` and `false` are booleans; dates stay text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from chaos.errors import InvalidFile
from chaos.experiment.problems import Location, Problem, dotted

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9]\d*)")
_FLOAT: Final = re.compile(r"[-+]?(\d+\.\d*|\.\d+)([eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+")
_BASE_60: Final = re.compile(r"[-+]?\d+(:[0-5]?\d)+(\.\d*)?")
_BARE_COMPARISON: Final = re.compile(r":\s*([<>]=?\s*[^\s,}#][^,}#]*)")
_MOST_VALUES: Final = 100_000
"""More than any file that a person wrote; aliases of aliases (a "YAML bomb") end here."""

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its root mapping and where each key and value stands (line and column, from 1)."""

    path: Path
    root: Mapping[str, Any]
    values: Mapping[Location, Position] = field(repr=False)
    keys: Mapping[Location, Position] = field(repr=False)

    def problem(self, location: Location, message: str, *, at_key: bool = False) -> Problem:
        """A problem at `location`, or at the nearest thing around it that the file really holds."""
        table = self.keys if at_key else self.values
        for length in range(len(location), -1, -1):
            position = table.get(location[:length]) or self.values.get(location[:length])
            if position is not None:
                return Problem(self.path, *position, dotted(location), message)
        return Problem(self.path, 1, 1, dotted(location), message)


def load(path: Path) -> Document:
    """Read one YAML file. Raises `InvalidFile` when it can't be read, is not YAML, or is not a mapping."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidFile([Problem(path, 0, 0, "", "there is no such file")]) from None
    except UnicodeDecodeError as error:
        raise InvalidFile([Problem(path, 0, 0, "", f"this is not UTF-8 text ({error.reason})")]) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidFile([Problem(path, 0, 0, "", f"it can't be read: {reason}")]) from None
    return parse(text, path)


def parse(text: str, path: Path) -> Document:
    """The document that `text` holds; `path` is only for messages. Raises `InvalidFile`."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise InvalidFile([_syntax_problem(error, text, path)]) from None
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidFile([Problem(path, 0, 0, "", f"this is not YAML: {error}")]) from None
    if root is None:
        raise InvalidFile([Problem(path, 0, 0, "", "the file is empty; a mapping of keys and values was expected")])
    reader = _Reader(path)
    value = reader.read(root, ())
    if not isinstance(value, dict):
        line, column = _position(root)
        message = f"a mapping of keys and values was expected at the top, not {_named(root)}"
        raise InvalidFile([Problem(path, line, column, "", message)])
    if reader.problems:
        raise InvalidFile(sorted(reader.problems))
    return Document(path, value, reader.values, reader.keys)


class _Reader:
    """Turns YAML nodes into plain values and notes where they stand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[Location, Position] = {}
        self.keys: dict[Location, Position] = {}
        self.problems: list[Problem] = []

    def read(self, node: yaml.Node, location: Location) -> Any:
        if len(self.values) >= _MOST_VALUES or len(location) > 50:
            raise InvalidFile([Problem(self.path, *_position(node), dotted(location)[:60], "nested too deep or too long")])
        self.values[location] = _position(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*location, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, location)

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or not (key_node.style or isinstance(_plain(key), str)):
                shown = key if key is not None else _named(key_node)
                self._problem(key_node, location, f'a key must be text, not {shown}; write it in quotes: "{shown}"')
                continue
            inner = (*location, key)
            if key in found:
                line = self.keys[inner][0]
                self._problem(key_node, inner, f"this key stands here twice, first in line {line}; keep one of them")
                continue
            self.keys[inner] = _position(key_node)
            found[key] = self.read(value_node, inner)
        return found

    def _scalar(self, node: Any, location: Location) -> Any:
        text = str(node.value)
        if node.style:
            return text
        if _BASE_60.fullmatch(text):
            self._problem(node, location, f'YAML reads {text} as a base-60 number; write a duration like "90s", or quote it')
            return text
        return _plain(text)

    def _problem(self, node: yaml.Node, location: Location, message: str) -> None:
        self.problems.append(Problem(self.path, *_position(node), dotted(location), message))


def _plain(text: str) -> Any:
    """What unquoted text means."""
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, path: Path) -> Problem:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(path, 0, 0, "", f"this is not YAML: {error}")
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    bare = _BARE_COMPARISON.search(line)
    if bare:
        wanted = bare.group(1).strip()
        return Problem(path, mark.line + 1, bare.start(1) + 1, "", f'a comparison must be quoted in YAML: "{wanted}"')
    if "\t" in line[: mark.column + 1]:
        return Problem(path, mark.line + 1, mark.column + 1, "", "YAML does not allow tabs for indentation; use spaces")
    reason = error.problem or error.context or "it can't be read"
    return Problem(path, mark.line + 1, mark.column + 1, "", f"this is not YAML: {reason}")


def _position(node: yaml.Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _named(node: Any) -> str:
    return {"mapping": "a mapping", "sequence": "a list"}.get(node.id, "a single value")
