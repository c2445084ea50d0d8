"""What the claims of a run come to: one word, and every reason for it."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator, Sequence

from chaos.experiment.tolerance import Tolerance
from chaos.units import format_duration
from chaos.verdict.busy import TOO_BUSY, Departures
from chaos.verdict.claims import judge_tolerance
from chaos.verdict.probed import unsteady_probes
from chaos.verdict.recovery import steady_state_of
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Claim, Offence, Proof, Word

LONGEST_QUOTE = 140


def decide(timeline: Timeline, claims: Sequence[Claim], proofs: Sequence[Proof]) -> tuple[Word, list[str]]:
    """error > aborted > baseline not held or a fault unproven > refuted > undecided > passed; all reasons are kept.

    What only follows from the deciding reason is not one: of a run that was stopped, every other claim is undecided.
    """
    errors = [*_errors(timeline)]
    stopped = [*_tripped(timeline)]
    stopped += [f"stopped by {_signal_name(event.signal)}" for event in [timeline.interrupted] if event is not None]
    refuted = [*_reasons(claim for claim in claims if claim.state == "refuted")]
    if errors:
        return "error", [*errors, *stopped, *refuted]
    if stopped:
        return "aborted", [*stopped, *refuted]
    baseline = [*_baseline(timeline)]
    if baseline and not timeline.injected:
        return "inconclusive", baseline
    unproven = [f"the fault {proof.fault!r} took no effect: {proof.evidence}" for proof in proofs if not proof.acted]
    undecided = [_reason(claim) for claim in claims if claim.state == "undecided"]
    if baseline or unproven:
        return "inconclusive", [*baseline, *unproven, *refuted, *undecided]
    if refuted:
        return "failed", refuted if timeline.cut_short_s is not None else [*refuted, *undecided]
    if undecided:
        return "inconclusive", undecided
    return "passed", []


def _errors(timeline: Timeline) -> Iterator[str]:
    for failure in timeline.undo_failures:
        yield failure.undo.not_done(failure.reason)
    if timeline.tool_failed is not None:
        last_line = timeline.tool_failed.traceback.strip().rpartition("\n")[2]
        yield f"a bug in Gatecrash itself: {last_line}"
    for broke in timeline.broke:
        yield broke.reason
    if not timeline.ended and not timeline.interrupted:
        yield "the run ended without a last word: it was killed, or is still going on"


def _tripped(timeline: Timeline) -> Iterator[str]:
    if (event := timeline.tripped) is not None:
        seen = f" of {event.samples} runs" if event.watched == "journey" else f", {_answers(event.samples)}"
        yield f"a safeguard stopped it: {event.safeguard} ({event.measured}{seen})"


def _answers(count: int) -> str:
    return f"by {count} answers in a row" if count > 1 else "by its last answer"


def _baseline(timeline: Timeline) -> Iterator[str]:
    """The baseline held when something was injected: the runner injects only then. Checked all the same, and of the
    copy without the fault as well: what is not steady says nothing of what a fault changes.
    """
    if "baseline" not in timeline.phases:
        yield "there was no baseline"
        return
    yield from _unsteady(timeline, "baseline", probed=timeline.plan.probed("steady_state"))
    if timeline.plan.experiment.control:
        yield from _unsteady(timeline.of_control, "baseline of the control", probed=())


def _unsteady(timeline: Timeline, which: str, *, probed: tuple[Tolerance, ...]) -> Iterator[str]:
    plan = timeline.plan
    began, until = timeline.phases["baseline"], timeline.first_injected_s
    steady = steady_state_of(timeline, length_s=plan.experiment.window, probed=probed)
    before = {name: timeline.baseline(name) for name in timeline.samples}
    found = steady.first_window(before, from_s=began, finished_s=timeline.last_s if until is None else until)
    if found.window is not None:
        return
    within = format_duration(plan.experiment.baseline.within)
    if found.busy:
        yield f"the {which} could not be judged: {TOO_BUSY}"
        return
    if until is None:
        yield f"the {which} did not hold within {within}, so nothing was broken on purpose"
    else:
        yield f"the {which} did not hold before the first fault"
    claims = (
        judge_tolerance(
            tolerance,
            before[tolerance.on],
            needed=plan.experiment.samples,
            users=Departures.ON_TIME,
            answers=timeline.answers,
        )
        for tolerance in plan.steady_state
    )
    for reason in _reasons(claim for claim in claims if claim.state != "held"):
        yield f"in the {which}, {reason}"
    for reason in unsteady_probes(timeline, probed, until_s=timeline.last_s if until is None else until):
        yield f"in the {which}, {reason}"


def _reason(claim: Claim) -> str:
    return f"{claim.text}: {claim.why}" if claim.why else claim.text


def _reasons(claims: Iterable[Claim]) -> Iterator[str]:
    """Each with the first answer that counts against it; the same answer is quoted once."""
    quoted: set[str] = set()
    for claim in claims:
        quote = _quote(claim.first_offence) if claim.first_offence is not None else ""
        new = quote if quote not in quoted else ""
        quoted.add(quote)
        yield f"{_reason(claim)}; {new}" if new else _reason(claim)


def _quote(first: Offence) -> str:
    """What the first user got that it happened to."""
    when = f"first at {format_duration(round(first.due_s, 2))}"
    if first.outcome == "served":
        return f"{when}: it took {format_duration(round(first.took_s, 3))}"
    status = f"{first.status} " if first.status is not None else ""
    said = first.says if len(first.says) <= LONGEST_QUOTE else first.says[: LONGEST_QUOTE - 3].rstrip() + "..."
    rules = f" [{', '.join(first.rules)}]" if first.rules else ""
    return f"{when}: {status}{said!r}{rules}"


def _signal_name(number: int) -> str:
    names = {signal.SIGINT: "Ctrl-C", 0: "its author"}
    return names.get(number) or signal.Signals(number).name
