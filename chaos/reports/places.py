"""Where in an experiment's file a claim stands, for annotations: file and line, as far as the file is still there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from chaos.errors import InvalidFile
from chaos.experiment.loader import Document, load
from chaos.experiment.problems import Location
from chaos.verdict.verdict import Claim, Verdict


@dataclass(frozen=True, slots=True)
class Place:
    """`line` and `column` count from 1."""

    file: str
    line: int = 1
    column: int = 1


class Places:
    """Of one experiment. The file may have changed since the run, or be gone: then the nearest place that there is."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self._file = as_seen_from_here(verdict.file)
        self._document = _load(Path(verdict.file))

    def of_claim(self, claim: Claim) -> Place:
        return self._at(self._location(claim))

    def of_rules(self) -> Place:
        """Where the experiment says something of rules, else where it begins."""
        found = self._at(("rules",))
        return self.of_experiment() if found == Place(self._file) else found

    def of_experiment(self) -> Place:
        return self._at(("name",))

    def _location(self, claim: Claim) -> Location:
        plan = self._verdict.plan
        if plan is None or claim.phase in {"recovery", "rules"}:
            return ("recovery", "within") if claim.phase == "recovery" else (claim.phase,)
        tolerances = plan.during if claim.phase == "during" else plan.audit
        for tolerance in tolerances:
            if str(tolerance) == claim.text:
                return (claim.phase, tolerance.on, tolerance.measure)
        return (claim.phase,)

    def _at(self, location: Location) -> Place:
        if self._document is None:
            return Place(self._file)
        for length in range(len(location), 0, -1):
            position = self._document.keys.get(location[:length])
            if position is not None:
                return Place(self._file, *position)
        return Place(self._file)


def _load(path: Path) -> Document | None:
    try:
        return load(path)
    except (InvalidFile, ValueError):  # gone or no longer readable; a path from a journal may hold any character
        return None


def as_seen_from_here(file: str) -> str:
    """Below the working directory a relative path with slashes, as code hosts know it; else as it is."""
    try:
        return Path(os.path.relpath(file)).as_posix() if Path(file).resolve().is_relative_to(Path.cwd()) else file
    except (OSError, ValueError):
        return file
