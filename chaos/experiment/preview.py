"""What a plan would do, without doing any of it: phases, faults in time, what is touched, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from chaos.experiment.plan import LONGEST_FAULT_S, OF_CONTROL, SHORTEST_FAULT_S, Plan, PlannedFault
from chaos.experiment.ramp import Ramp
from chaos.experiment.tolerance import Tolerance
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
from chaos.units import format_duration, format_share

_BESIDE: Final = " (control)"
"""Behind the names of what belongs to the copy without the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPreview:
    """`spans` are from when to when it is on, from the start of the fault phase; None: until every claim is decided."""

    name: str
    kind: str
    place: str
    on: str
    attributes: Mapping[str, object]
    spans: tuple[tuple[float, float | None], ...]
    ramp: str
    """How it changes while it is on; empty when it does not."""
    only_for: str
    """Of what it touches there, if not all of it."""
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastRadius:
    """At most these are touched. `processes` and `containers` are started and ended here, `borrowed` are
    containers of a compose project, left as they were found; `running` are there already and only asked."""

    processes: Mapping[str, str]
    containers: Mapping[str, str]
    borrowed: Mapping[str, str]
    running: Mapping[str, str]
    proxies: tuple[str, ...]
    broken: tuple[str, ...]
    users: Mapping[str, str]
    hosts: tuple[str, ...]
    writes: tuple[str, ...]


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
    """How long the fault phase is; None where a fault lasts until every claim is decided."""
    faults: tuple[FaultPreview, ...]
    claims: tuple[str, ...]
    safeguards: tuple[str, ...]
    touches: BlastRadius
    undos: tuple[str, ...]
    """In the order in which they would be performed if the run ended in the middle of it all."""


def preview(plan: Plan, *, links: str, services: str) -> Preview:
    """`links` and `services` are their backends."""
    experiment = plan.experiment
    open_ended = any(entry.lasts is None for entry in experiment.faults)
    return Preview(
        id=plan.id,
        name=experiment.name,
        file=plan.file,
        variant=plan.variant,
        vars=plan.vars,
        seed=plan.seed,
        muted=plan.muted,
        control=experiment.control,
        phases=dict(_phases(plan)),
        fault_s=None if open_ended else max(entry.ends(0.0) for entry in experiment.faults),
        faults=tuple(map(_fault, plan.faults)),
        claims=tuple(map(str, (*plan.during, *plan.audit))),
        safeguards=tuple(map(str, plan.safeguards)),
        touches=_touched(plan, links, services),
        undos=tuple(dict.fromkeys(_undos(plan, links, services))),
    )


def _phases(plan: Plan) -> Iterator[tuple[str, str]]:
    experiment = plan.experiment
    window, within = format_duration(experiment.window), format_duration(experiment.recovery.within)
    longest = format_duration(experiment.baseline.within)
    where = " on both copies" if experiment.control else ""
    yield "baseline", f"until {_all(plan.steady_state)} hold for {window}{where}, at most {longest}"
    ends = [entry.ends(LONGEST_FAULT_S) for entry in experiment.faults]
    if any(entry.lasts is None for entry in experiment.faults):
        shortest = format_duration(SHORTEST_FAULT_S)
        yield "fault", f"until every claim has its samples, {shortest} at least, at most {format_duration(max(ends))}"
    else:
        yield "fault", format_duration(max(ends))
    length = max(experiment.window, experiment.recovery.hold, plan.sampling_s)
    watched = format_duration(round(experiment.recovery.within + 2 * length, 3))
    yield "recovery", f"until that is back, within {within}; watched for {watched} at most"
    audits = [plan.system.audit[name] for name in experiment.audit]
    if audits:
        journeys, within_s = ", ".join(audit.of for audit in audits), max(audit.within for audit in audits)
        yield "audit", f"what was acknowledged to {journeys} is looked for, {format_duration(within_s)} at most"


def _all(tolerances: tuple[Tolerance, ...]) -> str:
    return ", ".join(map(str, tolerances))


def _fault(fault: PlannedFault) -> FaultPreview:
    entry = fault.entry
    only = [f"{format_share(entry.share)} of it"] if entry.share < 1 else []
    only += [f"{key} {numbers}" for key, numbers in (entry.only.settings().items() if entry.only else ())]
    return FaultPreview(
        name=fault.name,
        kind=entry.kind,
        place=entry.place,
        on=entry.on,
        attributes=entry.fault.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True),
        spans=tuple((start, None if entry.lasts is None else round(start + entry.lasts, 9)) for start in entry.starts),
        ramp="" if entry.ramp is None else _grows(entry.ramp),
        only_for=", ".join(only),
        claims=tuple(map(str, fault.during)),
    )


def _grows(ramp: Ramp) -> str:
    return f"{ramp.of} then {', '.join(map(str, ramp.steps))}, every {format_duration(ramp.each)}"


def _touched(plan: Plan, links: str, services: str) -> BlastRadius:
    system = plan.system
    copies = _copies(plan)
    running = {name: service.url for name, service in system.services.items() if service.url is not None}
    ours = {name: service for name, service in system.services.items() if not service.runs_already}
    hosts = {urlsplit(url).hostname or "" for url in running.values()}
    return BlastRadius(
        processes={
            f"{name}{copy}": each.command or ""
            for copy in copies
            for name, each in ours.items()
            if services == "process"
        },
        containers={
            f"{name}{copy}": each.made_from for copy in copies for name, each in ours.items() if services == "docker"
        },
        borrowed={
            name: f"{each.running} of the compose project {system.project}"
            for name, each in system.services.items()
            if each.running is not None
        },
        running=running,
        proxies=tuple(
            f"{name}{copy}, in front of {link.to}{copy} ({links})"
            for copy in copies
            for name, link in system.links.items()
        ),
        broken=()
        if plan.muted
        else tuple(dict.fromkeys(f"the {fault.entry.place} {fault.entry.on}" for fault in plan.faults)),
        users=dict(_users(plan)),
        hosts=("this machine (loopback)", *sorted(hosts - {"127.0.0.1", "localhost", "::1"})),
        writes=(".gatecrash/ in the working directory", "the list of open undos in the user's state directory"),
    )


def _copies(plan: Plan) -> tuple[str, ...]:
    """What stands behind the names of what belongs to each copy."""
    return ("", _BESIDE) if plan.experiment.control else ("",)


def _users(plan: Plan) -> Iterator[tuple[str, str]]:
    yield from _users_under_fault(plan)
    if plan.experiment.control:
        for name, journey in plan.system.journeys.items():
            yield f"{name}{_BESIDE}", f"{journey.clients} clients" if journey.rate is None else f"{journey.rate:g}/s"


def _users_under_fault(plan: Plan) -> Iterator[tuple[str, str]]:
    for name, journey in plan.system.journeys.items():
        if journey.rate is None:
            yield name, f"{journey.clients} clients"
            continue
        peak = plan.peak_rate(name)
        yield name, f"{journey.rate:g}/s" + (f", {peak:g}/s at the peak" if peak > journey.rate else "")


def _undos(plan: Plan, links: str, services: str) -> Iterator[str]:
    """Newest first, as they would be performed."""
    if not plan.muted:
        for fault in sorted(plan.faults, key=lambda fault: -fault.entry.at):
            yield UNDONE[type(fault.entry.change)](fault)
    for where in (OF_CONTROL, "") if plan.experiment.control else ("",):
        if links != "embedded":
            for link in reversed(tuple(plan.system.links)):
                yield f"{where}delete the proxy of the link {link}"
        for name, service in reversed([*plan.system.services.items()]):
            if service.running is not None:
                yield f"see that the service {name} is as it was"
        if services == "docker" and plan.system.project is None:
            yield f"{where}remove the system's containers, networks and volumes"
        yield f"{where}end the system's services and its proxy"


UNDONE: Final[Mapping[type[Change], Callable[[PlannedFault], str]]] = {
    SetToxics: lambda fault: f"{fault.name}: remove its toxic from the link {fault.entry.on}",
    TakeDown: lambda fault: f"take the link {fault.entry.on} up again",
    MultiplyArrivals: lambda fault: f"{fault.name}: let users come as often as before",
    EndService: lambda fault: f"{fault.name}: start the service {fault.entry.on} again and wait until it is ready",
    RestartService: lambda fault: f"{fault.name}: wait until the service {fault.entry.on} is ready",
    PauseService: lambda fault: f"{fault.name}: let the service {fault.entry.on} go on",
    SlowService: lambda fault: f"{fault.name}: let the service {fault.entry.on} go on",
    StopService: lambda fault: f"{fault.name}: start the service {fault.entry.on} again and wait until it is ready",
    DisconnectService: lambda fault: f"{fault.name}: put the service {fault.entry.on} back on its networks",
    LimitCpu: lambda fault: f"{fault.name}: give the service {fault.entry.on} its computing time back",
    LimitMemory: lambda fault: f"{fault.name}: give the service {fault.entry.on} its memory back",
    FillDisk: lambda fault: f"{fault.name}: make room on the disk of the service {fault.entry.on}",
}
"""How each change is undone, in words. What lives in the runner alone (users, services that it starts again) is gone
with it, and needs no recorded undo."""
