"""One rendering of a result each. Reporters render; they never count, compare or decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.reports.github import write_github
from chaos.reports.html import write_html
from chaos.reports.junit import write_junit
from chaos.reports.markdown import write_markdown
from chaos.reports.report import Reporter
from chaos.reports.results import write_results
from chaos.reports.sarif import write_sarif
from chaos.reports.text import write_text

REPORTERS: Final[Mapping[str, Reporter]] = {
    "text": write_text,
    "json": write_results,
    "junit": write_junit,
    "html": write_html,
    "markdown": write_markdown,
    "sarif": write_sarif,
    "github": write_github,
}
