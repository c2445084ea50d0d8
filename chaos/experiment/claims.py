"""What an experiment claims, in words: the same in its verdict and in what is shown before it is run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chaos.experiment.experiment import Experiment
from chaos.experiment.graceful import RuleBounds
from chaos.experiment.plan import Plan
from chaos.experiment.tolerance import Bounds, Tolerance, parse_bound
from chaos.measures import AUDIT_MEASURES
from chaos.units import format_duration

_NEVER_UNSAID: Final = frozenset({"pending", "corrupted"})
"""Must be 0 unless the experiment says otherwise: an item on its way for ever is lost, too, and so is a damaged one."""


def all_claims(plan: Plan) -> Iterator[tuple[str, str]]:
    """All that the judge will look at, in its order: of which part of the verdict, and what."""
    experiment = plan.experiment
    yield from (("during", str(tolerance)) for tolerance in plan.during)
    yield from (("during", while_on(each, fault.name)) for fault in plan.faults for each in fault.during)
    yield from (("probes", str(tolerance)) for tolerance in plan.probed("during"))
    yield "recovery", back_within(experiment.recovery.within)
    if experiment.recovery.shape:
        yield "recovery", has_shape(experiment.recovery.shape)
    if experiment.recovery.stuck is not None:
        yield "recovery", not_stuck(experiment.recovery.stuck)
    yield from (("detect", str(tolerance)) for tolerance in plan.detect)
    yield from (("impact", str(tolerance)) for tolerance in plan.impact)
    yield from (("links", str(tolerance)) for tolerance in plan.links)
    for name, bounds in experiment.audit.items():
        checksums = plan.system.audit[name].stored.checksums is not None
        audited = (*bounds.tolerances(name), *unsaid(name, bounds, checksums=checksums))
        yield from (("audit", str(tolerance)) for tolerance in audited)
    yield from (("rules", few_findings(level, most)) for level, most in rule_bounds(experiment))


def while_on(tolerance: Tolerance, fault: str) -> str:
    return f"{tolerance} while {fault!r} is on"


def back_within(within_s: float) -> str:
    return f"steady state is back within {format_duration(within_s)}"


def has_shape(shapes: Sequence[str]) -> str:
    return f"recovery is {' or '.join(shapes)}"


def not_stuck(within_s: float) -> str:
    return f"the app is back within {format_duration(within_s)} of its dependencies"


def unsaid(audit: str, bounds: Bounds, *, checksums: bool) -> tuple[Tolerance, ...]:
    """What an audit claims without a word. Only where there are checksums can anything be known to be damaged."""
    missing = _NEVER_UNSAID - {tolerance.measure for tolerance in bounds.tolerances(audit)}
    if not checksums:
        missing -= {"corrupted"}
    return tuple(Tolerance(audit, measure, parse_bound(AUDIT_MEASURES[measure], 0)) for measure in sorted(missing))


def rule_bounds(experiment: Experiment) -> Iterator[tuple[str, int]]:
    """How many findings of each level there may be, where that is said."""
    for level in RuleBounds.model_fields:
        most = getattr(experiment.rules, level, None)
        if most is not None:
            yield level, most


def few_findings(level: str, most: int) -> str:
    return f"rules {level} <= {most}"
