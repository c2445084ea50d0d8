"""YAML with positions: plain values plus the line and column of every one of them, for messages.

YAML's surprises are refused or read literally: duplicate keys, keys that are not text and base-60 numbers (`1:30`) are
problems; only `true` and `false` are booleans; dates stay text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from chaos.errors import InvalidFile
from chaos.experiment.problems import Location, Problem, dotted, suggest

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9]\d*)")
_FLOAT: Final = re.compile(r"[-+]?(\d+\.\d*|\.\d+)([eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+")
_BASE_60: Final = re.compile(r"[-+]?\d+(:[0-5]?\d)+(\.\d*)?")
_BARE_COMPARISON: Final = re.compile(r"(?<=[:\s])>=?\s*[\d.][^,}#\n]*")
"""`>` begins a folded text in YAML; a bare `<= 300ms` is read as it stands."""
_BARE_BRACE: Final = re.compile(r"(?<=[:\s])\{[a-z]+(?:\.[\w-]+)?\}[^\n]*")
_MOST_VALUES: Final = 100_000
"""More than any file that a person wrote; aliases of aliases (a "YAML bomb") end here."""
_DEEPEST: Final = 50
_MOST_DIGITS: Final = 300
_HINTS: Final[Mapping[str, str]] = {
    "mapping values are not allowed in this context": 'a text with ": " in it needs quotes around it; or this line is '
    "indented too far",
    "found character that cannot start any token": "a text that begins with this character needs quotes around it",
    "did not find expected ',' or '}'": "a } or a comma is missing",
    "did not find expected ',' or ']'": "a ] or a comma is missing",
    "did not find expected key": "this line does not continue what the line before it began",
    "found unexpected end of stream": "a quote that was opened before is never closed",
    "found undefined alias": "there is no anchor (&name) for it; a text that begins with * needs quotes around it",
}
"""What libyaml says, and what it means to the one who wrote the file."""

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its root mapping and where each key and value stands (line and column, from 1).

    `problems` are those that leave the rest readable (a key that stands there twice): whoever validates the document
    reports them with its own.
    """

    path: Path
    root: Mapping[str, Any]
    values: Mapping[Location, Position] = field(repr=False)
    keys: Mapping[Location, Position] = field(repr=False)
    problems: tuple[Problem, ...] = ()
    origins: Mapping[Location, Path] = field(default_factory=dict, repr=False)
    """Of what comes from another file, which one that is."""

    def problem(self, location: Location, message: str, *, at_key: bool = False) -> Problem:
        """A problem at `location`, or at the nearest thing around it that the file really holds."""
        table = self.keys if at_key else self.values
        for length in range(len(location), -1, -1):
            position = table.get(location[:length]) or self.values.get(location[:length])
            if position is not None:
                path = self.origins.get(location[:length], self.path)
                return Problem(path, *position, dotted(location), message)
        return Problem(self.path, 1, 1, dotted(location), message)

    def unknown(
        self, location: Location, what: str, name: str, known: Collection[str], *, at_key: bool = False
    ) -> Problem:
        """A name that matches nothing; `what` kind of thing it should be the name of."""
        return self.problem(location, f"there is no {what} {name!r}; {suggest(name, known)}", at_key=at_key)


def load(path: Path) -> Document:
    """Read one YAML file. Raises `InvalidFile` when it can't be read, is not YAML, or is not a mapping."""
    return parse(text_of(path), path)


def text_of(path: Path) -> str:
    """Raises `InvalidFile` when it can't be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidFile([Problem(path, 0, 0, "", "there is no such file")]) from None
    except UnicodeDecodeError as error:
        raise InvalidFile([Problem(path, 0, 0, "", f"this is not UTF-8 text ({error.reason})")]) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidFile([Problem(path, 0, 0, "", f"it can't be read: {reason}")]) from None


def parse(text: str, path: Path) -> Document:
    """The document that `text` holds; `path` is only for messages. Raises `InvalidFile`."""
    text, comparisons = _with_comparisons_quoted(text, path)
    try:
        tags = _survey(text, path)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise InvalidFile([*comparisons, _syntax_problem(error, text, path)]) from None
    except yaml.reader.ReaderError as error:
        raise InvalidFile([_strange_character(error, text, path)]) from None
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
    problems = sorted([*comparisons, *tags, *reader.problems])
    return Document(path, value, reader.values, reader.keys, tuple(problems))


def _with_comparisons_quoted(text: str, path: Path) -> tuple[str, list[Problem]]:
    """Unquoted comparisons as problems, and the text in which they are quoted: so the rest of it can be read, too."""
    problems: list[Problem] = []
    quoted: dict[int, int] = {}
    while len(problems) < 100:
        mark = _first_error(text)
        lines = text.split("\n")
        found = _BARE_COMPARISON.search(lines[mark.line]) if mark and mark.line < len(lines) else None
        if mark is None or found is None:
            break
        wanted, line = found.group().rstrip(), lines[mark.line]
        column = found.start() + 1 - 2 * quoted.get(mark.line, 0)
        message = f'a comparison must be quoted in YAML: "{wanted}"'
        problems.append(Problem(path, mark.line + 1, column, "", message))
        quoted[mark.line] = quoted.get(mark.line, 0) + 1
        lines[mark.line] = f'{line[: found.start()]}"{wanted}"{line[found.start() + len(wanted) :]}'
        text = "\n".join(lines)
    return text, problems


def _first_error(text: str) -> Any:
    """Where YAML stops to understand the text, or None; also None when it is nested too deep to go on looking."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                return None
    except yaml.MarkedYAMLError as error:
        return error.problem_mark or error.context_mark
    except (yaml.YAMLError, ValueError):
        return None
    return None


def _survey(text: str, path: Path) -> list[Problem]:
    """Tags are problems. Raises `InvalidFile` for what must not be composed: nested too deep, or two documents.

    Composing is recursive in C, and would take the whole process down with it.
    """
    tags: list[Problem] = []
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        mark: Any = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                message = "a second document begins here; a file holds one"
                raise InvalidFile([Problem(path, line, column, "", message)])
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise InvalidFile([Problem(path, line, column, "", "nested too deep or too long")])
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        tag = getattr(event, "tag", None)
        if tag is not None:
            shown = tag.replace("tag:yaml.org,2002:", "!!")
            message = f"a tag ({shown}) means nothing here; leave it out, or quote a text that begins with !"
            tags.append(Problem(path, line, column, "", message))
    return tags


class _Reader:
    """Turns YAML nodes into plain values and notes where they stand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[Location, Position] = {}
        self.keys: dict[Location, Position] = {}
        self.problems: list[Problem] = []

    def read(self, node: yaml.Node, location: Location) -> Any:
        if len(self.values) >= _MOST_VALUES or len(location) > _DEEPEST:
            shown = dotted(location)[:60]
            raise InvalidFile([Problem(self.path, *_position(node), shown, "nested too deep or too long")])
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
                self._problem(key_node, location, _no_key(key, key_node))
                continue
            if key == "<<" and not key_node.style:
                self._problem(key_node, location, "merge keys (<<) are not read; write the keys out")
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
            message = f'YAML reads {text} as a base-60 number; write a duration like "90s", or quote it'
            self._problem(node, location, message)
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
    if len(text) > _MOST_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text


def _no_key(key: str | None, node: yaml.Node) -> str:
    if key is not None:
        return f'a key must be text, not {key or "nothing"}; write it in quotes: "{key}"'
    return (
        f"a key must be text, not {_named(node)}; a text that begins with a brace or a bracket needs quotes around it"
    )


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, path: Path) -> Problem:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(path, 0, 0, "", f"this is not YAML: {error}")
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: mark.column + 1]:
        return Problem(path, mark.line + 1, mark.column + 1, "", "YAML does not allow tabs for indentation; use spaces")
    brace = _BARE_BRACE.search(line)
    if brace is not None and brace.start() <= mark.column:
        message = f"a text that begins with a brace must be quoted in YAML: '{brace.group().strip()}'"
        return Problem(path, mark.line + 1, brace.start() + 1, "", message)
    reason = error.problem or error.context or "it can't be read"
    hint = _HINTS.get(reason)
    message = f"this is not YAML: {reason}" + (f" ({hint})" if hint else "")
    return Problem(path, mark.line + 1, mark.column + 1, "", message)


def _strange_character(error: yaml.reader.ReaderError, text: str, path: Path) -> Problem:
    """`error.position` counts bytes or characters, as the parser at hand likes; so the character is looked for."""
    code = error.character if isinstance(error.character, int) else ord(error.character)
    before = text[: max(0, text.find(chr(code)))]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    message = f"there is a control character here (#x{code:04x}); the file must be plain text"
    return Problem(path, line, column, "", message)


def _position(node: yaml.Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _named(node: Any) -> str:
    return {"mapping": "a mapping", "sequence": "a list"}.get(node.id, "a single value")
