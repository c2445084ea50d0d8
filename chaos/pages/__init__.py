"""The reference pages below `docs/`, one file each. They are made from what the command itself goes by.

`python -m chaos.pages docs` writes all of them anew; a test keeps the committed ones true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chaos.experiment import reference
from chaos.pages import commands, exit_codes, faults, measures
from chaos.reports import schema
from chaos.rules import handbook

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "commands.md": commands.as_markdown,
    "exit-codes.md": exit_codes.as_markdown,
    "faults.md": faults.as_markdown,
    "files.md": reference.as_markdown,
    "measures.md": measures.as_markdown,
    "rules.md": handbook.as_markdown,
    "schemas/results.schema.json": schema.results_schema_text,
}
