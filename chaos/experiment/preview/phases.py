"""How long each phase would be, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.plan import SHORTEST_FAULT_S, Plan
from chaos.experiment.tolerance import Tolerance
from chaos.units import format_duration

SURE = "until every claim with a confidence is decided"


def phases_of(plan: Plan) -> Iterator[tuple[str, str]]:
    experiment = plan.experiment
    window, within = format_duration(experiment.window), format_duration(experiment.recovery.within)
    longest = format_duration(experiment.baseline.within)
    where = " on both copies" if experiment.control else ""
    steady = _all((*plan.steady_state, *plan.probed("steady_state")))
    yield "baseline", f"until {steady} hold for {window}{where}, at most {longest}"
    yield "fault", _while_broken(plan)
    length = max(experiment.window, experiment.recovery.hold, plan.sampling_s)
    watched = format_duration(round(experiment.recovery.within + 2 * length, 3))
    own = _all(tuple(tolerance for tolerance in plan.probes if tolerance.measure == "recovery"))
    back = f"that is back, with {own}" if own else "that is back"
    yield "recovery", f"until {back}, within {within}; watched for {watched} at most"
    audits = [plan.system.audit[name] for name in experiment.audit]
    if audits:
        journeys = ", ".join(audit.of for audit in audits)
        asked = ", ".join(audit.stored.target for audit in audits)
        within = format_duration(max(audit.within for audit in audits))
        yield (
            "audit",
            f"what was acknowledged to {journeys} is looked for at {asked}, {within} at most",
        )


def fault_s(plan: Plan) -> float | None:
    """How long the fault phase is; None where that depends on what its users get."""
    open_ended = any(entry.lasts is None for entry in plan.experiment.faults)
    return None if open_ended or longest_fault_s(plan) > plan.broken_s else plan.broken_s


def longest_fault_s(plan: Plan) -> float:
    """From the start of the fault phase to the last undo, at most."""
    return max(plan.broken_s, *_sure_s(plan))


def _sure_s(plan: Plan) -> Iterator[float]:
    """Until then at most claims with a confidence keep the last fault on: their time counts from the first one."""
    yield 0.0
    if plan.confidence_within is not None:
        yield min(start for entry in plan.experiment.faults for start in entry.starts) + plan.confidence_within


def _while_broken(plan: Plan) -> str:
    planned, longest_s = format_duration(plan.broken_s), longest_fault_s(plan)
    if any(entry.lasts is None for entry in plan.experiment.faults):
        shortest = format_duration(SHORTEST_FAULT_S)
        planned = f"until every claim has its samples, {shortest} at least, at most {planned}"
    if longest_s <= plan.broken_s:
        return planned
    return f"{planned}, and on {SURE}, at most {format_duration(longest_s)} in all"


def _all(tolerances: tuple[Tolerance, ...]) -> str:
    return ", ".join(map(str, tolerances))
