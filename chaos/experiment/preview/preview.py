"""One plan, as it is shown before anything is touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from chaos.experiment.claims import all_claims
from chaos.experiment.plan import Plan
from chaos.experiment.preview.faults import FaultPreview, faults_of
from chaos.experiment.preview.means import Means
from chaos.experiment.preview.phases import fault_s, longest_fault_s, phases_of
from chaos.experiment.preview.touches import BlastRadius, touched
from chaos.experiment.preview.undos import undos_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    id: str
    name: str
    file: str
    variant: str | None
    vars: Mapping[str, object]
    seed: int
    muted: bool
    control: bool = False
    """Two copies are started, and the faults are injected into one of them."""
    phases: Mapping[str, str]
    fault_s: float | None
    """How long the fault phase is; None where that depends on what its users get."""
    longest_fault_s: float
    faults: tuple[FaultPreview, ...]
    claims: Mapping[str, tuple[str, ...]]
    """All that the judge will look at, by the part of the verdict."""
    safeguards: tuple[str, ...]
    touches: BlastRadius
    undos: tuple[str, ...]
    """In the order in which they would be performed if the run ended in the middle of it all."""


def preview(plan: Plan, means: Means) -> Preview:
    experiment, by_part = plan.experiment, groupby(all_claims(plan), itemgetter(0))
    return Preview(
        id=plan.id,
        name=experiment.name,
        file=plan.file,
        variant=plan.variant,
        vars=plan.vars,
        seed=plan.seed,
        muted=plan.muted,
        control=experiment.control,
        phases=dict(phases_of(plan)),
        fault_s=fault_s(plan),
        longest_fault_s=longest_fault_s(plan),
        faults=faults_of(plan),
        claims={part: tuple(said for _, said in each) for part, each in by_part},
        safeguards=tuple(map(str, plan.safeguards)),
        touches=touched(plan, means),
        undos=tuple(dict.fromkeys(undos_of(plan, means))),
    )
