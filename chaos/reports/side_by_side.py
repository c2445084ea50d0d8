"""Two verdicts of each experiment beside each other: what users saw, time to recover, what was refused or lost."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chaos.reports.words import MARKS, STYLES, outcome_counts, printable, recovery_words
from chaos.units import format_duration
from chaos.verdict.verdict import Seen, Verdict

NARROWEST = 76
"""Columns that a terminal must have for two columns of text to be readable; below, one follows the other."""


def write_side_by_side(pairs: Sequence[tuple[Verdict, Verdict]], console: Console) -> None:
    """One table a pair, under the experiment's title."""
    for pair in pairs:
        console.print(Text(f"\n{printable(pair[0].title)}", style="bold"))
        if console.width < NARROWEST:
            for verdict in pair:
                console.print(Text.assemble((f"{_name(verdict)}: ", "bold"), _cell(verdict)))
            continue
        table = Table(expand=True)
        for verdict in pair:
            table.add_column(_name(verdict), ratio=1)
        table.add_row(*(_cell(verdict) for verdict in pair))
        console.print(table)


def _name(verdict: Verdict) -> str:
    return printable(verdict.variant or "resilient")


def _cell(verdict: Verdict) -> Text:
    style = STYLES[verdict.verdict]
    text = Text.assemble((f"{MARKS[verdict.verdict]} {verdict.verdict}", f"bold {style}"), "\n")
    text.append(f"meanwhile: {outcome_counts(verdict) or 'nobody came'}\n")
    worst = _worst_seen(verdict)
    if worst is not None:
        status = f"{worst.status} " if worst.status is not None else ""
        text.append(f"users saw: {status}“{printable(_short(worst.says))}”\n", style="italic")
    text.append(f"recovered: {recovery_words(verdict)}")
    for ledger in verdict.ledgers:
        refused = f", {ledger.refused} refused" if ledger.refused else ""
        unknown = f", {ledger.unknown} without an answer" if ledger.unknown else ""
        text.append(f"\n{ledger.audit}: {ledger.acknowledged} acknowledged, {len(ledger.lost)} lost{refused}{unknown}")
    if slowest := _p95(verdict):
        text.append(f"\np95: {slowest}")
    return text


def _worst_seen(verdict: Verdict) -> Seen | None:
    """What most users got; what was broken before what was told gracefully."""
    return min(verdict.seen, key=lambda seen: (seen.outcome != "broken", -seen.count), default=None)


def _p95(verdict: Verdict) -> str:
    return ", ".join(
        f"{tally.journey} {format_duration(tally.p95_s)}" for tally in verdict.tallies if tally.phase == "during"
    )


def _short(text: str) -> str:
    return text if len(text) <= 90 else text[:87].rstrip() + "..."
