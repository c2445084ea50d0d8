"""Words that several reporters share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from chaos.units import format_duration, format_share
from chaos.verdict.figures import format_interval
from chaos.verdict.recovery import format_recovery
from chaos.verdict.repeats import Repeats
from chaos.verdict.verdict import Claim, Tally, Verdict, Word

MARKS: Final[Mapping[Word, str]] = {"passed": "✔", "failed": "✘", "inconclusive": "?", "aborted": "■", "error": "!"}
STYLES: Final[Mapping[Word, str]] = {
    "passed": "green",
    "failed": "red",
    "inconclusive": "yellow",
    "aborted": "magenta",
    "error": "magenta",
}

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Without the characters by which what an app said could take over a terminal, or change how a line is read."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def verdict_counts(verdicts: Sequence[Verdict]) -> str:
    """How often each word was given, in the order in which they came: "2 passed, 1 failed"."""
    counts: dict[str, int] = {}
    for verdict in verdicts:
        counts[verdict.verdict] = counts.get(verdict.verdict, 0) + 1
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def headline(verdicts: Sequence[Verdict]) -> str:
    """The whole run in a line."""
    if not verdicts:
        return "No experiment was run"
    counts = {word: sum(verdict.verdict == word for verdict in verdicts) for word in MARKS}
    total = len(verdicts)
    if counts["passed"] == total:
        return "The experiment passed" if total == 1 else f"All {total} experiments passed"
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count and word != "passed")
    if total == 1:
        word = verdicts[0].verdict
        return {
            "failed": "The experiment failed",
            "inconclusive": "The experiment was inconclusive",
            "aborted": "The experiment was aborted",
            "error": "The experiment ended in an error",
        }[word]
    return f"Of {total} experiments: {told}"


def outcome_counts(verdict: Verdict) -> str:
    """What became of users while the fault was on, all journeys together: "98 served, 20 degraded"."""
    return _counts(verdict.tallies)


def control_counts(verdict: Verdict) -> str:
    """The same of the copy without the fault; empty where there was none."""
    return _counts(verdict.control)


def _counts(tallies: Sequence[Tally]) -> str:
    total = {
        outcome: sum(getattr(tally, outcome) for tally in tallies if tally.phase == "during")
        for outcome in ("served", "degraded", "broken")
    }
    return ", ".join(f"{count} {outcome}" for outcome, count in total.items() if count)


def claim_figures(claim: Claim) -> str:
    """What was measured, beside the control where there was one, and how sure that is."""
    measured = ", ".join(
        part for part in (claim.measured, f"control {claim.control}" if claim.control else "", claim.difference) if part
    )
    samples = f"{claim.samples} {'pairs' if claim.difference else 'samples'}" if claim.samples else ""
    return ", ".join(part for part in (measured, samples, f"95%: {claim.interval}" if claim.interval else "") if part)


def recovery_words(verdict: Verdict) -> str:
    """How long it took to be well again."""
    if verdict.recovered is not None:
        shape = f", {verdict.shape}" if verdict.shape is not None else ""
        return f"{format_recovery(verdict.recovered)}{shape}"
    if verdict.watched_recovery_s is None:
        return "not watched"
    return f"not in {format_duration(round(verdict.watched_recovery_s, 1))}"


def suffered_words(verdict: Verdict) -> str:
    """How long users went without, by journey; empty where nobody did."""
    lost = [
        f"{each.journey} {format_duration(round(each.lost_user_s, 1))}" for each in verdict.suffered if each.lost_user_s
    ]
    gone = [f"{each.journey} {format_share(each.abandonment)}" for each in verdict.suffered if each.abandonment]
    parts = [
        f"lost user-seconds: {', '.join(lost)}" if lost else "",
        f"users who left: {', '.join(gone)}" if gone else "",
    ]
    return "; ".join(part for part in parts if part)


def traffic_words(verdict: Verdict) -> str:
    """How requests, or connections, on links multiplied; empty where none can be told."""
    known: dict[str, list[str]] = {}
    for each in verdict.traffic:
        if each.before is not None and each.during is not None and each.before + each.during > 0:
            after = f" -> {each.after:.2g}" if each.after is not None else ""
            known.setdefault(each.counted, []).append(f"{each.link} {each.before:.2g} -> {each.during:.2g}{after}")
    what = "for each request of a user (before -> during -> after)"
    return "; ".join(f"{counted} {what}: {', '.join(links)}" for counted, links in known.items())


def repeated_name(repeats: Repeats) -> str:
    variant = f" [{repeats.variant}]" if repeats.variant else ""
    return f"{repeats.id}{variant}"


def repeat_words(repeats: Repeats) -> str:
    """How often each verdict of a repeated experiment came: "4 passed, 1 failed of 5 runs; ..."."""
    counts = ", ".join(f"{count} {word}" for word, count in repeats.counts.items())
    parts = [f"{counts} of {repeats.runs} runs (95%: {format_interval('share', repeats.passed)} pass)"]
    if repeats.mttr is not None:
        parts.append(f"MTTR {format_recovery(repeats.mttr)} over {repeats.recovered} that recovered")
    return "; ".join(parts)


def detected_words(verdict: Verdict) -> str:
    """When trouble was noticed; empty where nobody said anything."""
    found = verdict.detected
    if found is None:
        return ""
    parts = [
        f"the app said so after {format_duration(found.told_s)}" if found.told_s is not None else "",
        f"reports of users passed the threshold after {format_duration(found.reported_s)}"
        if found.reported_s is not None
        else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"noticed: {said}" if said else ""
