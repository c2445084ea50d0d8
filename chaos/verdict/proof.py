"""Proof of effect: a fault that met no traffic proves nothing."""

from __future__ import annotations

from chaos.experiment.plan import PlannedFault
from chaos.faults.fault import TakeDown
from chaos.journal.events import FaultTookEffect
from chaos.units import format_size
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Proof


def prove(fault: PlannedFault, timeline: Timeline) -> Proof:
    """Whether the fault acted on users' traffic, by the backend's own counters, and the words for it.

    Of a fault that comes and goes, one time is enough.
    """
    if fault.name not in timeline.injected:
        return Proof(fault=fault.name, acted=False, evidence="it was never injected")
    proofs = [_proof(fault, effect, timeline) for effect in timeline.effects.get(fault.name, ())]
    if not proofs:
        return Proof(fault=fault.name, acted=False, evidence="its effect was never read")
    return next((proof for proof in proofs if proof.acted), proofs[-1])


def _proof(fault: PlannedFault, effect: FaultTookEffect, timeline: Timeline) -> Proof:
    link = fault.entry.link
    if isinstance(fault.entry.fault.change(), TakeDown):
        return _proof_of_absence(fault.name, link, effect.canary, timeline.carried.get(link, 0))
    if effect.connections or effect.requests or effect.bytes or effect.closes:
        return Proof(fault=fault.name, acted=True, evidence=_counted(effect))
    if effect.link_bytes == 0:
        return Proof(fault=fault.name, acted=False, evidence=f"no traffic met it: the link {link} carried nothing")
    evidence = f"the link {link} carried {format_size(effect.link_bytes)}, but nothing of it met the fault"
    return Proof(fault=fault.name, acted=False, evidence=evidence)


def _proof_of_absence(name: str, link: str, canary: str | None, carried: int) -> Proof:
    if canary != "refused":
        seen = canary or "no answer"
        return Proof(fault=name, acted=False, evidence=f"a connection to {link} was not refused ({seen})")
    if carried == 0:
        evidence = f"no traffic met it: the link {link} carried nothing in the baseline"
        return Proof(fault=name, acted=False, evidence=evidence)
    evidence = f"connections refused, on a link that carried {format_size(carried)} in the baseline"
    return Proof(fault=name, acted=True, evidence=evidence)


def _counted(effect: FaultTookEffect) -> str:
    parts = [_many(effect.connections, "connection")]
    if effect.requests:
        parts.insert(0, _many(effect.requests, "request"))
    if effect.bytes:
        parts.append(format_size(effect.bytes))
    if effect.closes:
        parts.append(_many(effect.closes, "close"))
    return ", ".join(parts)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"
