"""One file, many experiments: `matrix: {mode: [a, b], delay: [100ms, 300ms]}` is one for each combination.

`{matrix.delay}` stands for the value anywhere in the file. A name that is also a var of the system sets that var.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chaos.errors import InvalidFile
from chaos.experiment.loader import Document
from chaos.experiment.placeholders import as_text, put_in_matrix
from chaos.experiment.problems import Problem

MOST_CELLS: Final = 200
_UNSAFE: Final = re.compile(r"[^\w.%+-]+")
"""What can't stand in the name of a folder."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One experiment of a file: the document with its values put in, and what follows the file's name in its id."""

    document: Document
    values: Mapping[str, Any]
    suffix: str = ""


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
    cells: list[Cell] = []
    problems: list[Problem] = []
    for values, suffix in zip(found, suffixes, strict=True):
        filled, unknown = put_in_matrix(document, values)
        cells.append(Cell(filled, values, suffix))
        problems.extend(unknown)
    if problems:
        raise InvalidFile(sorted(set(problems)))
    return tuple(cells)


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
