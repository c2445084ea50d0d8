"""What is asked of a block, by its language. One of no known language is a problem, so nothing is shown unchecked."""

from __future__ import annotations

import ast
import importlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from checking.blocks import INDENTED, Block
from checking.commands import problems_of, shown_commands
from checking.fragments import foreign_problems, fragment_problems
from checking.playing import RUN

FOREIGN: Final = "foreign"
"""The mark of YAML that is read by another program."""
_MARK: Final = re.compile(rf"{FOREIGN}|(?:{RUN}|ends with \d+|{RUN}, ends with \d+)")


def problems_in(block: Block) -> Iterator[str]:
    """Each with the block's place and what to do."""
    if block.mark and not _MARK.fullmatch(block.mark):
        yield f"{block.place}: {block.mark!r} is no mark of a block; it would change nothing"
    check = _CHECKS.get(block.language)
    if check is None:
        known = ", ".join(_CHECKS)
        yield f"{block.place}: a block needs one of these languages: {known}; {block.language!r} was found"
        return
    for problem in check(block):
        yield f"{block.place}: {problem}"


def _yaml(block: Block) -> Iterator[str]:
    """Files with a name are planned together, as a whole page's: see the test of pages."""
    if block.mark == FOREIGN:
        yield from foreign_problems(block.text)
    elif block.name is None:
        found = fragment_problems(block.text, block.page)
        if found:
            yield f"this is no part of a system or experiment (of another program: <!-- block: {FOREIGN} -->): {found}"


def _python(block: Block) -> Iterator[str]:
    """It can be compiled, and what it takes from this package is there."""
    try:
        tree = ast.parse(block.text)
    except SyntaxError as error:
        yield f"line {error.lineno} of it is not Python: {error.msg}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "chaos":
            module = importlib.import_module(str(node.module))
            yield from (f"{node.module} has no {each.name}" for each in node.names if not hasattr(module, each.name))


def _commands(block: Block) -> Iterator[str]:
    for line in shown_commands(block.text):
        yield from problems_of(line)


def _json(block: Block) -> Iterator[str]:
    try:
        json.loads(block.text)
    except json.JSONDecodeError as error:
        yield f"this is not JSON: {error}"


def _toml(block: Block) -> Iterator[str]:
    try:
        tomllib.loads(block.text)
    except tomllib.TOMLDecodeError as error:
        yield f"this is not TOML: {error}"


def _diff(block: Block) -> Iterator[str]:
    """It is applied where the page is played; elsewhere nobody could tell what it changes."""
    if not block.text.startswith("--- "):
        yield "a change begins with the name of the file: --- app.py"


def _as_it_is(_: Block) -> Iterator[str]:
    """Output, or a text of another kind, to be read and not to be typed."""
    yield from ()


_CHECKS: Final[Mapping[str, Callable[[Block], Iterator[str]]]] = {
    "yaml": _yaml,
    "python": _python,
    "console": _commands,
    "sh": _commands,
    INDENTED: _commands,
    "json": _json,
    "toml": _toml,
    "diff": _diff,
    "dockerfile": _as_it_is,
    "html": _as_it_is,
    "http": _as_it_is,
    "text": _as_it_is,
}
