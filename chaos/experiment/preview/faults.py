"""Each fault in time: when it would be on, with what, and what is claimed of that time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chaos.experiment.plan import LONGEST_FAULT_S, Plan, PlannedFault
from chaos.experiment.preview.phases import longest_fault_s
from chaos.experiment.ramp import Ramp
from chaos.units import format_duration, format_share


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPreview:
    """`spans` are from when to when it is on, from the start of the fault phase; None: until every claim is decided."""

    name: str
    kind: str
    place: str
    on: str
    attributes: Mapping[str, object]
    spans: tuple[tuple[float, float | None], ...]
    until_sure_s: float | None
    """The last time it goes on until claims with a confidence are decided, until then at most; None: it does not."""
    ramp: str
    """How it changes while it is on; empty when it does not."""
    only_for: str
    """Of what it touches there, if not all of it."""
    claims: tuple[str, ...]
    """What must hold while this very fault is on."""


def faults_of(plan: Plan) -> tuple[FaultPreview, ...]:
    return tuple(_fault(plan, fault) for fault in plan.faults)


def _fault(plan: Plan, fault: PlannedFault) -> FaultPreview:
    entry, longest_s = fault.entry, longest_fault_s(plan)
    only = [f"{format_share(entry.share)} of it"] if entry.share < 1 else []
    only += [f"{key} {numbers}" for key, numbers in (entry.only.settings().items() if entry.only else ())]
    is_last = entry.ends(LONGEST_FAULT_S) >= plan.broken_s
    return FaultPreview(
        name=fault.name,
        kind=entry.kind,
        place=entry.place,
        on=entry.on,
        attributes=entry.fault.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True),
        spans=tuple((start, None if entry.lasts is None else round(start + entry.lasts, 9)) for start in entry.starts),
        until_sure_s=longest_s if is_last and longest_s > plan.broken_s else None,
        ramp="" if entry.ramp is None else _grows(entry.ramp),
        only_for=", ".join(only),
        claims=tuple(map(str, fault.during)),
    )


def _grows(ramp: Ramp) -> str:
    return f"{ramp.of} then {', '.join(map(str, ramp.steps))}, every {format_duration(ramp.each)}"
