"""A verdict in a sentence or two, for people who don't know the words of this tool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chaos.reports.words import recovery_words
from chaos.units import format_duration
from chaos.verdict.verdict import Verdict

_BECAME = {
    "served": "got what they came for",
    "degraded": "got a clear answer instead of it",
    "broken": "got a broken answer, or none",
}


def sentence(verdict: Verdict) -> str:
    """What it means for the app's users, and for whoever must decide what to do."""
    because = verdict.reasons[0] if verdict.reasons else "no reason was given"
    match verdict.verdict:
        case "passed":
            return f"The app held. {_joined(_passed(verdict))}"
        case "failed":
            return f"The app did not hold. {_joined(_failed(verdict)) or because}"
        case "inconclusive":
            return f"Nothing can be concluded: {because}"
        case "aborted":
            return f"The experiment was stopped before it could tell: {because}"
        case "error":
            return f"The experiment could not be carried out: {because}"


def _passed(verdict: Verdict) -> Iterator[str]:
    yield _meanwhile(verdict)
    if verdict.recovered is not None:
        yield f"It was back to normal {_after(verdict)}"
    if verdict.ledgers and not any(ledger.lost or ledger.duplicated for ledger in verdict.ledgers):
        kept = sum(ledger.acknowledged for ledger in verdict.ledgers)
        yield f"Nothing of the {kept} items that it had accepted was lost or stored twice"


def _failed(verdict: Verdict) -> Iterator[str]:
    """Only of what was claimed and did not hold, but of what users got always."""
    refuted = {claim.phase for claim in verdict.claims if claim.state == "refuted"}
    yield _meanwhile(verdict)
    if "recovery" in refuted:
        if verdict.recovered is None:
            watched = format_duration(round(verdict.watched_recovery_s or 0.0, 1))
            yield f"It was not back to normal {watched} after the fault was gone"
        else:
            yield f"It took longer than allowed to be back to normal: {recovery_words(verdict)}"
    if "audit" in refuted:
        for ledger in verdict.ledgers:
            yield from _damage(ledger.audit, ledger.acknowledged, lost=ledger.lost, twice=ledger.duplicated)
    if "rules" in refuted:
        yield "What users were told breaks rules for answers that help"


def _damage(audit: str, accepted: int, *, lost: Sequence[str], twice: Sequence[str]) -> Iterator[str]:
    if lost:
        yield f"Of {accepted} {audit} that it had accepted, {len(lost)} were lost"
    if twice:
        yield f"Of {accepted} {audit} that it had accepted, {len(twice)} were stored more than once"


def _meanwhile(verdict: Verdict) -> str:
    """All journeys together, while the fault was on."""
    during = [tally for tally in verdict.tallies if tally.phase == "during"]
    total = sum(tally.total for tally in during)
    if not total:
        return ""
    counts = {outcome: sum(getattr(tally, outcome) for tally in during) for outcome in _BECAME}
    told = [(count, words) for outcome, words in _BECAME.items() if (count := counts[outcome])]
    if len(told) == 1:
        return f"{_cause(verdict)}, all {total} visits {told[0][1]}"
    parts = [f"{count} {words}" for count, words in told]
    return f"{_cause(verdict)}, of {total} visits {', '.join(parts[:-1])} and {parts[-1]}"


def _cause(verdict: Verdict) -> str:
    names = [f"“{span.fault}”" for span in verdict.faults]
    if not names:
        return "While the fault was on"
    return f"While {' and '.join(names)} {'was' if len(names) == 1 else 'were'} on"


def _after(verdict: Verdict) -> str:
    return f"{recovery_words(verdict)} after the fault was gone"


def _joined(parts: Iterator[str]) -> str:
    return " ".join(f"{part}." for part in parts if part)
