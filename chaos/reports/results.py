"""`results.json`: everything that the verdicts know, for pipelines and other programs."""

from __future__ import annotations

import json
from typing import Any, Final, TextIO

from pydantic import TypeAdapter

from chaos.compare.comparison import Comparison
from chaos.errors import BUG, UNDO_FAILED
from chaos.gate.ruling import Ruling
from chaos.reports.report import Report
from chaos.verdict.repeats import Repeats
from chaos.verdict.verdict import Verdict

FORMAT: Final = 1
"""Raised when a key changes its meaning or goes away; new keys may come at any time."""
NOT_IN_RESULTS: Final = ("plan", "series")
"""What only a page draws: the journal has the plan and every single run."""
_VERDICT: Final = TypeAdapter(Verdict)
_REPEATS: Final = TypeAdapter(Repeats)
_RULING: Final = TypeAdapter(Ruling)
_COMPARISON: Final = TypeAdapter(Comparison)


def write_results(report: Report, stream: TextIO) -> None:
    json.dump(as_document(report), stream, indent=2)
    stream.write("\n")


def as_document(report: Report) -> dict[str, Any]:
    """One document: the run, how the command ends, and every verdict with its reasons and figures."""
    return {
        "format": FORMAT,
        "run": report.run,
        "exit_code": report.exit_code,
        "skipped": dict(report.skipped),
        "gate": {**_RULING.dump_python(report.ruling, mode="json"), "exit_code": report.ruling.exit_code},
        "comparison": None if report.comparison is None else _COMPARISON.dump_python(report.comparison, mode="json"),
        "repeats": [_REPEATS.dump_python(each, mode="json", exclude={"worst"}) for each in report.repeats],
        "experiments": [
            {
                **_VERDICT.dump_python(verdict, mode="json", exclude=set(NOT_IN_RESULTS)),
                "conclusive": verdict.conclusive,
                "plan_sha256": verdict.plan_sha256,
                "allowed": report.allowed.get(verdict.id) if report.is_allowed(verdict) else None,
                "next_step": next_step(verdict, report.run),
            }
            for verdict in report.verdicts
        ],
    }


def next_step(verdict: Verdict, run: str) -> str:
    """What to do now, in a sentence."""
    why = verdict.reasons[0] if verdict.reasons else "no reason was given"
    if verdict.exit_code == UNDO_FAILED:
        return f"repair what may still be broken: {why}"
    if verdict.exit_code == BUG:
        return f"report the bug, with the journal: {why}"
    if verdict.muted and verdict.verdict == "inconclusive":
        return "nothing: its faults were muted on purpose, so it can't conclude anything"
    match verdict.verdict:
        case "passed":
            return "nothing: the app kept what the experiment claims of it"
        case "failed":
            return f"look at what users saw (gatecrash report {run}), mend the app, and run {verdict.file} again"
        case "inconclusive":
            return f"mend the experiment or its system so that it can tell: {why}"
        case "aborted":
            return f"run {verdict.file} again when nothing stops it"
        case "error":
            return f"mend the environment, then run {verdict.file} again: {why}"
