"""How all of it would be undone, in the words of the undos themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from chaos.experiment.plan import OF_CONTROL, Plan, PlannedFault
from chaos.experiment.preview.means import Means
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


def undos_of(plan: Plan, means: Means) -> Iterator[str]:
    """Newest first, as they would be performed if the run ended in the middle of it all."""
    if not plan.muted:
        for fault in sorted(plan.faults, key=lambda fault: -fault.entry.at):
            yield UNDONE[type(fault.entry.change)](fault)
    for where in (OF_CONTROL, "") if plan.experiment.control else ("",):
        yield from (f"{where}{undo}" for undo in _of_a_copy(plan, means))


def _of_a_copy(plan: Plan, means: Means) -> Iterator[str]:
    """A proxy that somebody else has wired is not ours to delete: what comes and goes there are toxics of faults."""
    if means.links != "embedded":
        for name, link in reversed([*plan.system.links.items()]):
            if link.proxy is None:
                yield f"delete the proxy of the link {name}"
    for name, service in reversed([*plan.system.services.items()]):
        if service.running is not None:
            yield f"leave the service {name} as it was"
    if means.toxiproxy_in_container or (means.services == "docker" and plan.system.project is None):
        yield "remove the system's containers, networks and volumes"
    yield "end the system's services and its proxy"


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
