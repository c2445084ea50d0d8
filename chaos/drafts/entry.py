"""YAML with comments: keys in the order in which a reader wants them, each with a word on what to change."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_COMMENT_COLUMN: Final = 58
_WIDEST: Final = 116
_PLAIN: Final = re.compile(r"\d+(?:\.\d+)?(?:us|ms|s|B|KB/s|/s|%)|(?:\.\./)?[A-Za-z_][\w./-]*", re.ASCII)
_NOT_PLAIN: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Words that some YAML reader takes for something else than text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value: plain data on the same line, a `Block` below it, or a `Listed`. `comment` stands behind it,
    `above` on lines of their own.
    """

    key: str
    value: object
    comment: str = ""
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Entries below a key, or one item of a list; `above` are comments before such an item."""

    entries: tuple[Entry, ...]
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    items: tuple[Block, ...]


def as_yaml(entries: Sequence[Entry], comments: Sequence[str] = (), schema: str = "") -> str:
    """A whole file. `schema` is the one that editors check it with."""
    lines = [
        *([f"# yaml-language-server: $schema={schema}"] if schema else []),
        *_above(comments, ""),
        *_lines(entries, ""),
    ]
    return "".join(f"{line}\n" for line in lines)


def flow(value: object) -> str:
    """Plain data on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(str(key))}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value.casefold() not in _NOT_PLAIN else quoted(value)
    return json.dumps(value)


def quoted(text: str) -> str:
    """JSON's quoting is YAML's, too."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _lines(entries: Sequence[Entry], indent: str) -> Iterator[str]:
    for entry in entries:
        yield from _above(entry.above, indent)
        begins = f"{indent}{flow(entry.key)}:"
        match entry.value:
            case Block(inner):
                yield _commented(begins, entry.comment)
                yield from _lines(inner, f"{indent}  ")
            case Listed(items):
                yield _commented(begins, entry.comment)
                for item in items:
                    yield from _item(item, f"{indent}  ")
            case value:
                line = f"{begins} {flow(value)}"
                if max(len(line), _COMMENT_COLUMN) + len(entry.comment) > _WIDEST:
                    yield from _above((entry.comment,), indent)
                    yield line
                else:
                    yield _commented(line, entry.comment)


def _item(item: Block, indent: str) -> Iterator[str]:
    yield from _above(item.above, indent)
    first, *rest = _lines(item.entries, f"{indent}  ")
    yield f"{indent}- {first.lstrip()}"
    yield from rest


def _commented(text: str, comment: str) -> str:
    return f"{text:<{_COMMENT_COLUMN}}  # {_one_line(comment)}" if comment else text


def _above(comments: Sequence[str], indent: str) -> Iterator[str]:
    """Each begins a line; what is indented by its author goes on so where it is wrapped, code is left as it is."""
    for comment in comments:
        if comment.startswith("  "):
            yield f"{indent}# {comment}"
            continue
        begin = f"{indent}# "
        hanging = begin + ("  " if comment.startswith("- ") else "")
        yield from textwrap.wrap(
            _one_line(comment), _WIDEST, initial_indent=begin, subsequent_indent=hanging, break_long_words=False
        ) or [begin.rstrip()]


def _one_line(text: str) -> str:
    """Whatever stands in a comment must not end it."""
    return " ".join(text.split())
