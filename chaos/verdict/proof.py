"""Proof of effect: a fault that met no traffic proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chaos.experiment.plan import PlannedFault
from chaos.experiment.system import Link
from chaos.faults.fault import (
    Change,
    DisconnectService,
    EndService,
    FillDisk,
    LimitCpu,
    LimitMemory,
    MultiplyArrivals,
    PauseService,
    RestartService,
    SetToxics,
    SlowService,
    StopService,
    TakeDown,
)
from chaos.journal.events import FaultTookEffect, Sample
from chaos.units import format_share, format_size
from chaos.verdict.busy import TOO_BUSY
from chaos.verdict.timeline import Timeline
from chaos.verdict.verdict import Proof

LEAST_ANSWER_BYTES: Final = 256
"""A container that nobody asks for anything sends nothing, or a few packets of 42 bytes that say where it is."""
REACHED = 0.9
"""Share of the arrivals of a surge that must really have left while it was on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What else must be known of a fault: what its links carried while nothing was broken, and who came meanwhile."""

    links: Mapping[str, Link]
    carried: Mapping[str, int]
    """Bytes by link."""
    when: str
    """In words: when that was."""
    began_s: float
    """When the fault was confirmed, this time."""
    rate_per_s: float | None
    """At which users of its journey come otherwise; None: it has no journey, or one without a rate."""
    samples: Sequence[Sample]
    """Of its journey."""


def prove(fault: PlannedFault, timeline: Timeline) -> Proof:
    """Whether the fault acted on users' traffic, by the backend's own counters, and the words for it.

    Of a fault that comes and goes, one time is enough.
    """
    if timeline.plan.muted:
        return Proof(fault=fault.name, acted=False, evidence="muted on purpose")
    if fault.name not in timeline.injected:
        return Proof(fault=fault.name, acted=False, evidence="it was never injected")
    proofs = [
        proof_of(fault, effect, _circumstances(fault, effect, timeline))
        for effect in timeline.effects.get(fault.name, ())
    ]
    if not proofs:
        return Proof(fault=fault.name, acted=False, evidence="its effect was never read")
    return best(proofs)


def proof_of(fault: PlannedFault, effect: FaultTookEffect, known: Circumstances) -> Proof:
    """By what was seen one time that the fault was on."""
    return _PROOFS[type(fault.entry.change)](fault, effect, known)


def best(proofs: Sequence[Proof]) -> Proof:
    """Of one fault, one at least: the first that shows that it acted, else the last."""
    return next((proof for proof in proofs if proof.acted), proofs[-1])


def _circumstances(fault: PlannedFault, effect: FaultTookEffect, timeline: Timeline) -> Circumstances:
    until = effect.at_s
    journey = timeline.plan.system.journeys.get(fault.entry.on) if fault.entry.place == "journey" else None
    return Circumstances(
        links=timeline.plan.system.links,
        carried=timeline.carried,
        when="in the baseline",
        began_s=max((on.at_s for on, _ in timeline.on[fault.name] if on.at_s <= until), default=until),
        rate_per_s=None if journey is None else journey.rate,
        samples=() if journey is None else timeline.samples.get(fault.entry.on, ()),
    )


def _by_counters(fault: PlannedFault, effect: FaultTookEffect, known: Circumstances) -> Proof:  # noqa: ARG001
    link = fault.entry.on
    if effect.connections or effect.requests or effect.bytes or effect.closes:
        return Proof(fault=fault.name, acted=True, evidence=_counted(effect))
    if effect.canary is not None:
        return Proof(fault=fault.name, acted=False, evidence=f"nothing shows whether traffic met it: {effect.canary}")
    if effect.link_bytes == 0:
        return Proof(fault=fault.name, acted=False, evidence=f"no traffic met it: the link {link} carried nothing")
    evidence = f"the link {link} carried {format_size(effect.link_bytes)}, but nothing of it met the fault"
    return Proof(fault=fault.name, acted=False, evidence=evidence)


def _by_absence(fault: PlannedFault, effect: FaultTookEffect, known: Circumstances) -> Proof:
    link = fault.entry.on
    carried = known.carried.get(link, 0)
    if effect.canary != "refused":
        seen = effect.canary or "no answer"
        return Proof(fault=fault.name, acted=False, evidence=f"a connection to {link} was not refused ({seen})")
    if carried == 0:
        evidence = f"no traffic met it: the link {link} carried nothing {known.when}"
        return Proof(fault=fault.name, acted=False, evidence=evidence)
    evidence = f"connections refused, on a link that carried {format_size(carried)} {known.when}"
    return Proof(fault=fault.name, acted=True, evidence=evidence)


def _by_arrivals(fault: PlannedFault, effect: FaultTookEffect, known: Circumstances) -> Proof:
    """By the users that were due while it was on: they left meanwhile, and were as many as they should be."""
    journey, change = fault.entry.on, fault.entry.change
    until = effect.at_s
    began, rate = known.began_s, known.rate_per_s
    if not isinstance(change, MultiplyArrivals) or rate is None or until <= began:
        return Proof(fault=fault.name, acted=False, evidence=f"no users of {journey} came while it was on")
    left = sum(began <= sample.left_s <= until for sample in known.samples)
    per_s, wanted_per_s = left / (until - began), rate * change.times
    reached = f"{journey} came {per_s:.0f} times a second"
    if per_s < REACHED * wanted_per_s:
        evidence = f"{reached} instead of {wanted_per_s:g} times: {TOO_BUSY}"
        return Proof(fault=fault.name, acted=False, evidence=evidence)
    return Proof(fault=fault.name, acted=True, evidence=f"{left} users: {reached} instead of {rate:g} times")


_WANTED: Final[Mapping[type[Change], str]] = {
    EndService: "gone",
    PauseService: "stopped",
    RestartService: "another process",
    StopService: "gone",
    DisconnectService: "without a network",
    LimitCpu: "held back",
    LimitMemory: "short of memory",
    FillDisk: "without room on its disk",
}
"""How the processes of a service must be seen while the fault is on."""


def _by_state(fault: PlannedFault, effect: FaultTookEffect, known: Circumstances) -> Proof:
    service, change = fault.entry.on, fault.entry.change
    state = effect.state or "not seen"
    if isinstance(change, SlowService):
        state = f"seen stopped for {format_share(round(effect.stopped_ratio, 3))} of the time"
        acted = effect.stopped_ratio >= REACHED * change.share
        wanted = format_share(change.share)
    else:
        wanted = _WANTED[type(change)]
        acted = effect.state == wanted
    if not acted:
        evidence = f"the processes of {service} were {state} instead of {wanted}"
        return Proof(fault=fault.name, acted=False, evidence=evidence)
    carried = sum(known.carried.get(name, 0) for name, link in known.links.items() if link.to == service)
    seen = f"the processes of {service}, which were {state}"
    if carried > 0:
        evidence = f"{seen}; its links carried {format_size(carried)} {known.when}"
        return Proof(fault=fault.name, acted=True, evidence=evidence)
    if effect.sent_bytes >= LEAST_ANSWER_BYTES:
        evidence = f"{seen}; it had sent {format_size(effect.sent_bytes)} before"
        return Proof(fault=fault.name, acted=True, evidence=evidence)
    evidence = f"no traffic met it: no link to {service} carried anything {known.when}"
    return Proof(fault=fault.name, acted=False, evidence=evidence)


_PROOFS: Final[Mapping[type[Change], Callable[[PlannedFault, FaultTookEffect, Circumstances], Proof]]] = {
    SetToxics: _by_counters,
    TakeDown: _by_absence,
    MultiplyArrivals: _by_arrivals,
    EndService: _by_state,
    PauseService: _by_state,
    RestartService: _by_state,
    SlowService: _by_state,
    StopService: _by_state,
    DisconnectService: _by_state,
    LimitCpu: _by_state,
    LimitMemory: _by_state,
    FillDisk: _by_state,
}


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
