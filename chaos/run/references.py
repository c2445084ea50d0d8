"""Whether what users were given to quote can be found again in what the services have written."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Mapping
from pathlib import Path


def look_up(references: Iterable[str], logs: Iterable[Path]) -> Mapping[str, bool]:
    """Each reference, and whether one of the files has it. A file that can't be read has nothing."""
    found = dict.fromkeys(references, False)
    for log in logs:
        missing = [reference for reference, known in found.items() if not known]
        if missing:
            found.update(_those_in(missing, log))
    return found


def _those_in(references: Iterable[str], log: Path) -> Mapping[str, bool]:
    try:
        with log.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            return {each: text.find(each.encode()) >= 0 for each in references}
    except (OSError, ValueError):  # it is not there, or it is empty
        return {}
