"""The HTML report: one file for people, which needs no network and no server, and runs nothing that is not ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TextIO

from markupsafe import Markup

from chaos import __version__
from chaos.reports.compared import comparison_headline, gate_lines
from chaos.reports.page import filters
from chaos.reports.page.answers import Shown, csp_hash, shown, style_hashes
from chaos.reports.page.charts import Row, chart_data, rows
from chaos.reports.page.shares import Shares, shares_during
from chaos.reports.page.system_map import SystemMap, draw_map
from chaos.reports.plan_yaml import as_yaml
from chaos.reports.report import Report
from chaos.reports.words import MARKS, headline, verdict_counts
from chaos.units import format_duration
from chaos.verdict.verdict import Claim, Series, Verdict

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_ANSWERS: Final = 40
MOST_ITEMS: Final = 200
_REPORTS: Final = files("chaos.reports")


@dataclass(frozen=True, slots=True)
class Chart:
    series: Series
    data: Mapping[str, Any]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Against:
    """A claim that did not hold or is undecided. `quoted`: its first offending answer was not quoted above."""

    claim: Claim
    quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One experiment, with all that its part of the page needs."""

    anchor: str
    verdict: Verdict
    allowed: str | None
    during: Shares | None
    reasons: tuple[str, ...]
    """Those that are not claims."""
    against: tuple[Against, ...]
    charts: tuple[Chart, ...]
    answers: tuple[Shown, ...]
    answers_left: int
    map: SystemMap | None
    plan: str | None


def write_html(report: Report, stream: TextIO) -> None:
    views = tuple(_view(f"experiment-{number}", each, report) for number, each in enumerate(report.verdicts, start=1))
    own = Markup("\n").join((_asset("page", "tokens.css"), _asset("page", "report.css")))
    styles = {"vendor": _asset("vendor", "uPlot.min.css"), "own": own}
    scripts = {"vendor": _asset("vendor", "uPlot.iife.min.js"), "own": _asset("page", "report.js")}
    pages = [answer.page for view in views for answer in view.answers if answer.page is not None]
    page = _environment().get_template("report.html")
    took = report.took_s
    stream.write(
        page.render(
            report=report,
            views=views,
            headline=headline(report.verdicts),
            counts=verdict_counts(report.verdicts),
            took=format_duration(round(took, 1)),
            charts=any(view.charts for view in views),
            alive=any(view.charts for view in views) or bool(pages),
            styles=styles,
            scripts=scripts,
            policy=_policy(scripts.values(), styles.values(), pages),
            marks=MARKS,
            most_items=MOST_ITEMS,
            gate=[*gate_lines(report.ruling)],
            comparison=report.comparison,
            compared_with=comparison_headline(report.comparison) if report.comparison is not None else "",
            version=__version__,
        )
    )
    stream.write("\n")


def _view(anchor: str, verdict: Verdict, report: Report) -> View:
    against = tuple(_against(verdict.claims))
    told = tuple(each.claim.text for each in against)
    return View(
        anchor=anchor,
        verdict=verdict,
        allowed=report.allowed.get(verdict.id) if report.is_allowed(verdict) else None,
        during=shares_during(verdict),
        reasons=tuple(reason for reason in verdict.reasons if not (told and reason.startswith(told))),
        against=against,
        charts=tuple(
            Chart(series, chart_data(verdict, series), tuple(rows(verdict, series))) for series in verdict.series
        ),
        answers=shown(verdict.seen[:MOST_ANSWERS], experiments=len(report.verdicts)),
        answers_left=max(0, len(verdict.seen) - MOST_ANSWERS),
        map=draw_map(verdict),
        plan=None if verdict.plan is None else as_yaml(verdict.plan),
    )


def _against(claims: Sequence[Claim]) -> list[Against]:
    """Each answer is quoted once."""
    found: list[Against] = []
    quoted: set[tuple[int | None, str]] = set()
    for state in ("refuted", "undecided"):
        for claim in claims:
            if claim.state == state:
                first = claim.first_offence
                what = None if first is None else (first.status, first.says)
                found.append(Against(claim, what is not None and what not in quoted))
                quoted |= set() if what is None else {what}
    return found


def _policy(scripts: Any, styles: Any, pages: Sequence[str]) -> str:
    """Nothing runs but the two scripts below; nothing is fetched; frames can't lead anywhere."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(csp_hash, scripts))}",
            f"style-src 'unsafe-hashes' {' '.join((*map(csp_hash, styles), *style_hashes(pages)))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


@cache
def _asset(folder: str, name: str) -> Markup:
    """A file of ours (or of those whom we trust), as it stands."""
    return Markup((_REPORTS / folder / name).read_text(encoding="utf-8").strip())


@cache
def _environment() -> Environment:
    """Jinja is loaded when a page is made: other commands start without it."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda name: (_REPORTS / "page" / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=filters.finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters.FILTERS)
    return environment
