"""What stands against a verdict, one by one, each with its place in the experiment's file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from chaos.reports.places import Place, Places
from chaos.reports.report import Report
from chaos.verdict.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """`kind`: what it is an instance of, such as `claim-during`, `verdict-error` or the id of a graceful rule."""

    kind: str
    level: Literal["error", "warning"]
    """Of what did not keep an experiment from passing: a warning."""
    about: str
    """With `kind`, which one of an experiment it is, in every run: the claim's text, or a journey's name."""
    message: str
    place: Place
    allowed: str | None = None
    """Why it is borne with."""


def against(report: Report, verdict: Verdict) -> Iterator[Against]:
    """A failed verdict by its claims, any other by its reasons; then what the graceful rules found, allowed too."""
    places = Places(verdict)
    name = verdict.title if verdict.variant is None else f"{verdict.title} [{verdict.variant}]"
    refuted = [claim for claim in verdict.claims if claim.state == "refuted" and verdict.verdict == "failed"]
    for claim in refuted:
        told = next((each for each in verdict.reasons if each.startswith(claim.text)), claim.text)
        yield Against(
            kind=f"claim-{claim.phase}",
            level="error",
            about=claim.text,
            message=f"{name} {verdict.verdict}: {told}",
            place=places.of_claim(claim),
        )
    of_claims = tuple(claim.text for claim in verdict.claims if claim.state != "held") if refuted else ()
    others = [reason for reason in verdict.reasons if not (of_claims and reason.startswith(of_claims))]
    if verdict.verdict != "passed" and (others or not refuted):
        yield Against(
            kind=f"verdict-{verdict.verdict}",
            level="error",
            about="",
            message=f"{name}: {verdict.verdict}: {'; '.join(others) or 'no reason was given'}",
            place=places.of_experiment(),
            allowed=report.allowed[verdict.id] if report.is_allowed(verdict) else None,
        )
    for finding in verdict.findings:
        where = f" ({finding.journey})" if finding.journey else ""
        yield Against(
            kind=finding.rule,
            level="error" if finding.level == "E" and verdict.verdict != "passed" else "warning",
            about=finding.journey,
            message=f"{name}{where}: {finding.name}: {finding.reason}. To mend it: {finding.advice}",
            place=places.of_rules(),
            allowed=finding.allowed,
        )
