"""Reports as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chaos.errors import EnvironmentFailed
from chaos.reports import REPORTERS
from chaos.reports.report import Report

ALWAYS: Final[Mapping[str, str]] = {"json": "results.json", "junit": "junit.xml"}
"""Of every run, in its folder, for other programs: reporter to file."""


def write_reports(report: Report, folder: Path, names: Mapping[str, str]) -> None:
    """`names`: reporter to file. Raises `EnvironmentFailed`."""
    for name, file in names.items():
        write_report(name, report, folder / file)


def write_report(name: str, report: Report, path: Path) -> None:
    """Raises `EnvironmentFailed`."""
    try:
        with path.open("w", encoding="utf-8", errors="replace") as stream:
            REPORTERS[name](report, stream)
    except OSError as error:
        raise EnvironmentFailed(f"{path} can't be written: {error.strerror}") from None
