"""Verdicts for people at a terminal: the word, why, what users saw, how long it took to recover, what was lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from chaos.reports.compared import comparison_headline, comparison_lines, gate_lines
from chaos.reports.report import Report
from chaos.reports.words import (
    MARKS,
    STYLES,
    claim_figures,
    control_counts,
    detected_words,
    outcome_counts,
    printable,
    recovery_words,
    repeat_words,
    repeated_name,
    suffered_words,
    traffic_words,
    verdict_counts,
)
from chaos.units import format_duration
from chaos.verdict.verdict import Claim, Ledger, RuleFinding, Seen, Verdict

MOST_SEEN = 4
CHANGE_STYLES: Final[Mapping[str | None, str]] = {"worse": "red", "better": "green"}


def write_text(report: Report, stream: TextIO) -> None:
    console = Console(file=stream, highlight=False)
    for verdict in report.verdicts:
        write_verdict(verdict, console)
    write_summary(report, console)


def write_verdict(verdict: Verdict, console: Console) -> None:
    """All that a person wants to know of one experiment, without scrolling far."""
    style = STYLES[verdict.verdict]
    variant = f" [{verdict.variant}]" if verdict.variant else ""
    muted = " (muted)" if verdict.muted else ""
    attempt = f" (attempt {verdict.attempt})" if verdict.attempt > 1 else ""
    repetition = f" (run {verdict.repetition})" if verdict.repetition > 1 else ""
    used = f" (on a system that had served {len(verdict.served)} before)" if verdict.served else ""
    head = Text.assemble(
        (f"{MARKS[verdict.verdict]} {verdict.verdict}", f"bold {style}"),
        f"  {printable(verdict.title + variant)}{muted}{repetition}{attempt}{used}",
    )
    console.print(head)
    for said, line_style in _lines(verdict):
        line = printable(said)
        if console.is_terminal:
            console.print(Padding(Text(line, style=line_style), (0, 0, 0, 4)))
        else:  # whoever reads a log or a pipe wants one thing on one line
            console.print(Text(f"    {line}"), soft_wrap=True)


def write_summary(report: Report, console: Console) -> None:
    said = verdict_counts(report.verdicts)
    took = format_duration(round(report.took_s, 1))
    style = "bold green" if report.exit_code == 0 else "bold red"
    console.print(Text.assemble(("\n" + said, style), f" in {took}; run {report.run}"))
    for repeats in report.repeats:
        said = f"{repeated_name(repeats)}: {repeat_words(repeats)}"
        console.print(printable(said), markup=False, soft_wrap=not console.is_terminal)
    for name, reason in report.skipped.items():
        console.print(printable(f"skipped: {name} ({reason})"), markup=False, soft_wrap=not console.is_terminal)
    for verdict in report.verdicts:
        if report.is_allowed(verdict):
            said = f"allowed to be inconclusive: {verdict.id} ({report.allowed[verdict.id]})"
            console.print(printable(said), markup=False, soft_wrap=not console.is_terminal)
    for line, line_style in _beyond_verdicts(report):
        console.print(Text(printable(line), style=line_style), soft_wrap=not console.is_terminal)


def _beyond_verdicts(report: Report) -> Iterator[tuple[str, str]]:
    if report.comparison is not None:
        yield comparison_headline(report.comparison), ""
        for change, said in comparison_lines(report.comparison):
            yield f"  {said}", CHANGE_STYLES.get(change, "dim")
    for fails, said in gate_lines(report.ruling):
        yield said, "bold red" if fails else "yellow"


def _lines(verdict: Verdict) -> Iterator[tuple[str, str]]:
    for number, reason in enumerate(verdict.reasons):
        yield (f"{'because' if number == 0 else 'and'} {reason}", "")
    for warning in verdict.warnings:
        yield f"warning: {warning}", "yellow"
    held = [claim for claim in verdict.claims if claim.state == "held"]
    for claim in held:
        yield _claim_line(claim), "dim" if verdict.verdict != "passed" else ""
    for proof in verdict.proofs:
        if proof.acted:
            yield f"proof: {proof.fault} met {proof.evidence}", "dim"
    during = outcome_counts(verdict)
    if during:
        yield f"meanwhile: {during}", ""
    if beside := control_counts(verdict):
        yield f"without the fault: {beside}", ""
    if verdict.recovered is not None or verdict.watched_recovery_s is not None:
        yield f"recovered: {recovery_words(verdict)}", ""
    for said in detected_words(verdict), suffered_words(verdict), traffic_words(verdict):
        if said:
            yield said, ""
    for ledger in verdict.ledgers:
        yield _ledger_line(ledger), ""
    yield from _seen_lines(verdict.seen)
    yield from _finding_lines(verdict)


def _claim_line(claim: Claim) -> str:
    figures = claim_figures(claim)
    return f"held: {claim.text} ({figures})" if figures else f"held: {claim.text}"


def _ledger_line(ledger: Ledger) -> str:
    counts = [f"{ledger.acknowledged} acknowledged", f"{ledger.stored} stored"]
    counts.extend(f"{len(getattr(ledger, name))} {name}" for name in ("lost", "duplicated", "pending"))
    others = {name: getattr(ledger, name) for name in ("refused", "unknown", "phantom")}
    others = {"corrupted": len(ledger.corrupted), **others, "told something untrue": ledger.untruthful}
    counts.extend(f"{count} {name}" for name, count in others.items() if count)
    return f"{ledger.audit}: {', '.join(counts)}"


def _seen_lines(seen: tuple[Seen, ...]) -> Iterator[tuple[str, str]]:
    for each in seen[:MOST_SEEN]:
        status = f"{each.status} " if each.status is not None else ""
        rules = f" [{', '.join(each.rules)}]" if each.rules else ""
        users = f"{each.users} user{'s' if each.users != 1 else ''}"
        style = "red" if each.outcome == "broken" else "yellow"
        yield f"{users} saw ({each.outcome}, {each.count}x, {each.journey}): {status}{each.says!r}{rules}", style
    if len(seen) > MOST_SEEN:
        yield f"and {len(seen) - MOST_SEEN} other kinds of answers", "dim"


def _finding_lines(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Each rule once, with the first thing that was found."""
    by_rule: dict[str, list[RuleFinding]] = {}
    for finding in verdict.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    for rule, findings in by_rule.items():
        first = findings[0]
        count = sum(finding.count for finding in findings)
        allowed = f"; allowed: {first.allowed}" if first.allowed is not None else ""
        said = f"{rule} {first.name} ({first.level}, {count}x): {first.reason}; {first.advice}{allowed}"
        yield said, "dim" if first.allowed is not None or first.level == "W" else "red"
    if verdict.not_checked:
        rules = ", ".join(skipped.rule for skipped in verdict.not_checked)
        yield f"not checked: {rules}", "dim"
