"""A summary in Markdown, short enough for a comment on a pull request or for a job's summary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TextIO

from chaos.reports.compared import comparison_headline, comparison_lines, gate_lines
from chaos.reports.report import Report
from chaos.reports.sentence import sentence
from chaos.reports.words import (
    MARKS,
    control_counts,
    headline,
    outcome_counts,
    printable,
    recovery_words,
    repeat_words,
    repeated_name,
    verdict_counts,
)
from chaos.units import format_duration
from chaos.verdict.verdict import Verdict

LONGEST: Final = 60_000
"""GitHub takes 65,536 characters in a comment."""
_LONGEST_LINE: Final = 400
_MOST_LINES: Final = 12
_MOST_DIFFERENCES: Final = 40
_SPECIAL: Final = re.compile(r"[\\`*_{}\[\]<>#|~@&$]")
_ADDRESS: Final = re.compile(r"(?i)\b(https?|ftp|mailto|www)(?=[:.])")
_BEGINS_SOMETHING: Final = re.compile(r"[-+=]|\d+[.)]")
"""A line that begins so would be a list or a headline."""


def write_markdown(report: Report, stream: TextIO) -> None:
    """The table comes first, so that what does not fit is a detail."""
    took = format_duration(round(report.took_s, 1))
    head = [f"## {text(headline(report.verdicts))}", ""]
    if report.verdicts:
        head += ["| | Experiment | While the fault was on | Back to normal | Lost |", "| --- | --- | --- | --- | --- |"]
    written = "\n".join(head) + "\n"
    left = 0
    parts = [*map(_row, report.verdicts), "\n", *_gate(report), *_repeated(report), *_left_out(report)]
    parts.extend(_comparison(report))
    details = [_details(verdict, report) for verdict in report.verdicts if verdict.verdict != "passed"]
    tail = f"\n<sub>{verdict_counts(report.verdicts) or 'nothing'} in {took} · run {text(report.run)}</sub>\n"
    for part in (*parts, *details):
        if len(written) + len(part) + len(tail) > LONGEST:
            left += 1
        else:
            written += part
    if left:
        written += f"\n{left} more did not fit; `gatecrash report {text(report.run)}` has all of it.\n"
    stream.write(written + tail)


def text(said: str) -> str:
    """As it stands, on one line: no character of it is Markdown or HTML, mentions nobody and links nowhere."""
    line = " ".join(printable(said).split())
    if len(line) > _LONGEST_LINE:
        line = line[: _LONGEST_LINE - 3].rstrip() + "..."
    escaped = _SPECIAL.sub(lambda match: _escaped(match.group()), line)
    if _BEGINS_SOMETHING.match(line):
        escaped = f"&#8203;{escaped}"
    return _ADDRESS.sub(lambda match: f"{match.group()}&#8203;", escaped)


def _escaped(character: str) -> str:
    return f"&#{ord(character)};" if character in "<>&@|" else f"\\{character}"


def _row(verdict: Verdict) -> str:
    lost = "<br>".join(
        f"{len(ledger.lost)} of {ledger.acknowledged} {text(ledger.audit)}" for ledger in verdict.ledgers
    )
    cells = (
        f"{MARKS[verdict.verdict]} {verdict.verdict}",
        _name(verdict),
        _meanwhile(verdict),
        text(recovery_words(verdict)),
        lost or "–",
    )
    return f"| {' | '.join(cells)} |\n"


def _meanwhile(verdict: Verdict) -> str:
    beside = control_counts(verdict)
    return (outcome_counts(verdict) or "nobody came") + (f"<br>without it: {beside}" if beside else "")


def _name(verdict: Verdict) -> str:
    variant = f" \\[{text(verdict.variant)}\\]" if verdict.variant else ""
    repetition = f" (run {verdict.repetition})" if verdict.repetition > 1 else ""
    return f"{text(verdict.title) or text(verdict.id)}{variant}{repetition}"


def _details(verdict: Verdict, report: Report) -> str:
    lines = [*_detail_lines(verdict, report)]
    left = len(lines) - _MOST_LINES
    shown = [f"- {text(line)}" for line in lines[:_MOST_LINES]] + ([f"- and {left} more"] if left > 0 else [])
    head = f"\n<details><summary>{MARKS[verdict.verdict]} {_in_html(verdict)}: {verdict.verdict}</summary>\n"
    return "\n".join([head, text(sentence(verdict)), "", *shown, "", "</details>"]) + "\n"


def _in_html(verdict: Verdict) -> str:
    """A summary is an HTML block: there is no Markdown in it, so backslashes would show."""
    return re.sub(r"\\(.)", r"\1", _name(verdict))


def _detail_lines(verdict: Verdict, report: Report) -> Iterator[str]:
    yield from verdict.reasons
    for warning in verdict.warnings:
        yield f"warning: {warning}"
    if report.is_allowed(verdict):
        yield f"allowed to be inconclusive: {report.allowed[verdict.id]}"
    yield f"file: {verdict.file}, seed {verdict.seed}"


def _gate(report: Report) -> Iterator[str]:
    for fails, said in gate_lines(report.ruling):
        yield f"- {MARKS['failed'] if fails else MARKS['inconclusive']} {text(said)}\n"


def _comparison(report: Report) -> Iterator[str]:
    """One part: half a table is none."""
    if report.comparison is None:
        return
    lines = [f"\n<details><summary>{text(comparison_headline(report.comparison))}</summary>\n"]
    found = [*comparison_lines(report.comparison)]
    lines += [f"- {text(said)}" for _, said in found[:_MOST_DIFFERENCES]]
    if len(found) > _MOST_DIFFERENCES:
        lines.append(f"- and {len(found) - _MOST_DIFFERENCES} more")
    yield "\n".join([*lines, "", "</details>"]) + "\n"


def _repeated(report: Report) -> Iterator[str]:
    for each in report.repeats:
        yield f"- repeated: {text(repeated_name(each))}: {text(repeat_words(each))}\n"


def _left_out(report: Report) -> Iterator[str]:
    for name, reason in report.skipped.items():
        yield f"- skipped: {text(name)} ({text(reason)})\n"
