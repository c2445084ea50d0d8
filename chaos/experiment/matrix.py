"""One file, many experiments: `matrix: {mode: [a, b], delay: [100ms, 300ms]}` is one for each combination.

`{matrix.delay}` stands for the value anywhere in the file. A name that is also a var of the system sets that var.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chaos.errors import InvalidFile
from chaos.experiment.loader import Document
from chaos.experiment.placeholders import as_text, matrix_names, put_in_matrix
from chaos.experiment.problems import Problem, suggest

MOST_CELLS: Final = 200
_UNSAFE: Final = re.compile(r"[^\w.%+-]+")
"""What can't stand in the name of a folder."""
_DESCRIPTIONS: Final = frozenset({"matrix", "name", "why", "tags"})
"""Keys of which nothing depends that happens."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One experiment of a file: the document with its values put in, and what follows the file's name in its id."""

    document: Document
    values: Mapping[str, Any]
    suffix: str = ""
    placed: Collection[str] = ()
    """The names of which something depends in the file itself."""


def cells_of(document: Document) -> tuple[Cell, ...]:
    """One cell without values for a file without a matrix, or with one that its model will complain of.

    Raises `InvalidFile` for too many combinations, for two that could not be told apart, and for unknown names.
    """
    found = list(_combinations(document.root.get("matrix")))
    if len(found) > MOST_CELLS:
        message = f"these are more than {MOST_CELLS} experiments; leave some values out"
        raise InvalidFile([document.problem(("matrix",), message, at_key=True)])
    suffixes = [_suffix(values) for values in found]
    twice = [suffix for suffix, count in Counter(suffixes).items() if count > 1]
    if twice:
        message = f"two of these experiments would be called {document.path.stem}{twice[0]}; make their values differ"
        raise InvalidFile([document.problem(("matrix",), message, at_key=True)])
    placed = frozenset(matrix_names({key: each for key, each in document.root.items() if key not in _DESCRIPTIONS}))
    cells: list[Cell] = []
    problems: list[Problem] = []
    for values, suffix in zip(found, suffixes, strict=True):
        filled, unknown = put_in_matrix(document, values)
        cells.append(Cell(filled, values, suffix, placed))
        problems.extend(unknown)
    if problems:
        raise InvalidFile(sorted(set(problems)))
    return tuple(cells)


def matrix_problems(
    document: Document, cell: Cell, known: Collection[str], given: Collection[str]
) -> Iterator[Problem]:
    """Values that change nothing, so that experiments with ids of their own would be the same.

    `known` are the vars of the system, `given` those that the command line sets.
    """
    for name in cell.values:
        why = None
        if name not in cell.placed and name not in known:
            why = (
                f"nothing that happens here depends on {{matrix.{name}}}, and the system has no var {name!r} "
                f"({suggest(name, known)}); write it where its values belong"
            )
        elif name not in cell.placed and name in given and len(document.root["matrix"][name]) > 1:
            why = f"`--set {name}=...` comes before these values; leave it out, and choose among them with `-k`"
        if why is not None:
            message = f"experiments with different ids would be the same: {why}"
            yield document.problem(("matrix", name), message, at_key=True)


def _combinations(matrix: Any) -> Iterator[Mapping[str, Any]]:
    lists = matrix if isinstance(matrix, dict) else {}
    if not all(isinstance(each, list) and each and all(map(_is_single, each)) for each in lists.values()):
        lists = {}
    for values in itertools.islice(itertools.product(*lists.values()), MOST_CELLS + 1):
        yield dict(zip(lists, values, strict=True))


def _is_single(value: Any) -> bool:
    return value is not None and not isinstance(value, (dict, list))


def _suffix(values: Mapping[str, Any]) -> str:
    """`[a-300ms]`"""
    return f"[{'-'.join(_UNSAFE.sub('_', as_text(value)) for value in values.values())}]" if values else ""
