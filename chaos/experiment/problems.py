"""What is wrong with a file: where, what was found, what was expected and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Location = tuple[str | int, ...]
"""The way from a file's root to a value: mapping keys and list indexes."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. `line` and `column` count from 1; 0 means the file as a whole."""

    path: Path
    line: int
    column: int
    where: str
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else str(self.path)
        return f"{place}: {self.where}: {self.message}" if self.where else f"{place}: {self.message}"


@dataclass(frozen=True, slots=True, order=True)
class Advice:
    """A warning: the file can be run, but probably not to any use. `id` says which check has found it."""

    at: Problem
    id: str

    def __str__(self) -> str:
        return f"{self.at} [{self.id}]"


def dotted(location: Location) -> str:
    """`("faults", 0, "latency")` as `faults[0].latency`."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def suggest(found: str, known: Iterable[str]) -> str:
    """The end of a message about a name that isn't known: the nearest known one, else all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(found, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    if not names:
        return "there are none"
    return f"known are: {', '.join(names)}"
