"""A verdict that fails a test, and how that is told: one line for each reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaos.reports.words import MARKS, printable
from chaos.verdict.verdict import Verdict


class ExperimentFailed(Exception):
    """`page` is the report."""

    def __init__(self, verdict: Verdict, page: Path) -> None:
        super().__init__(f"{verdict.verdict}: {'; '.join(verdict.reasons)}")
        self.verdict = verdict
        self.page = page


@dataclass(frozen=True, slots=True)
class Crash:
    """What pytest's summary, and its JUnit file, say in one line."""

    path: str
    lineno: int
    message: str


class Told:
    """What stands under the test's title, as pytest wants a failure to be."""

    def __init__(self, failed: ExperimentFailed) -> None:
        verdict = failed.verdict
        variant = f" [{verdict.variant}]" if verdict.variant else ""
        self.reprcrash = Crash(verdict.file, 1, printable(str(failed)))
        self._lines = [
            f"{MARKS[verdict.verdict]} {verdict.verdict}: {verdict.title}{variant}",
            *(f"  {reason}" for reason in verdict.reasons),
            f"  report: {failed.page}",
        ]

    def __str__(self) -> str:
        return "\n".join(map(printable, self._lines))

    def toterminal(self, writer: Any) -> None:
        for number, line in enumerate(self._lines):
            writer.line(printable(line), red=number == 0, bold=number == 0)
