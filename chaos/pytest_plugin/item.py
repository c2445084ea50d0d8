"""An experiment as a test: the same runner, judge and reports as `gatecrash run`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from chaos.api.running import run_plans
from chaos.backends.support import check_servers, unsupported
from chaos.errors import ChaosError
from chaos.experiment.plan import Plan
from chaos.pytest_plugin.failure import ExperimentFailed, Told
from chaos.pytest_plugin.options import choice_of
from chaos.pytest_plugin.project import project_of
from chaos.reports import REPORTERS
from chaos.reports.files import write_report
from chaos.reports.report import Report
from chaos.run.folders import RunFolder
from chaos.run.suite import Conduct


class ExperimentItem(pytest.Item):
    """One experiment. Its tags are its markers."""

    def __init__(self, *, plan: Plan, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.add_marker("gatecrash")
        for tag in plan.experiment.tags:
            self.add_marker(tag)

    def runtest(self) -> None:
        """Passed passes; what the backend can't inject, and an inconclusive verdict that is allowed, is skipped; any
        other verdict fails.
        """
        choice = choice_of(self.config)
        if reason := unsupported(self.plan, choice.backend):
            pytest.skip(reason)
        check_servers({self.plan.file: self.plan.system}, choice)
        report, folder = run_plans([self.plan], choice, Conduct(), allowed=self._allowed())
        (verdict,) = report.verdicts
        page = self._attach(report, folder)
        if report.is_allowed(verdict):
            pytest.skip(f"inconclusive, which is allowed ({report.allowed[verdict.id]}): {'; '.join(verdict.reasons)}")
        if report.exit_code:
            raise ExperimentFailed(verdict, page)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ExperimentFailed):
            return Told(excinfo.value)
        if isinstance(excinfo.value, ChaosError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"experiment {self.name}"

    def _allowed(self) -> dict[str, str]:
        asked = self.config.getoption("--gatecrash-allow-inconclusive")
        known = {**project_of(self.config).allowed, **dict.fromkeys(asked, "allowed on the command line")}
        return {name: reason for name, reason in known.items() if name == self.plan.id}

    def _attach(self, report: Report, folder: RunFolder) -> Path:
        """Where the run is kept, and the verdict as text, for whatever writes reports of this session."""
        page = folder.path.resolve() / "report.html"
        write_report("html", report, page)
        (verdict,) = report.verdicts
        for name, said in (("verdict", verdict.verdict), ("run", folder.id), ("report", str(page))):
            self.user_properties.append((f"gatecrash_{name}", said))
        text = StringIO()
        REPORTERS["text"](report, text)
        self.add_report_section("call", "gatecrash", text.getvalue())
        return page
