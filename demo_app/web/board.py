"""What both modes have alike: which region this is, what was wrong, and what people report. It needs no dependency."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from demo_app.web.history import History
from demo_app.web.reports import Reports

REGIONS: Final = {"eu": "Europe", "us": "the United States"}


@dataclass(frozen=True, slots=True)
class Board:
    """`region` is None where there is only one."""

    history: History
    reports: Reports
    region: str | None = None

    @classmethod
    def in_folder(cls, data: Path, region: str | None = None) -> Self:
        return cls(History(data / "history.db"), Reports(data / "reports.db"), region)
