"""Faults of services: signals to local processes that this run has started itself, and to no others."""

from __future__ import annotations

import signal
from typing import cast

from chaos.backends.links import Effect
from chaos.experiment.plan import PlannedFault
from chaos.faults.fault import EndService, PauseService, RestartService, ServiceChange, SetToxics, SlowService
from chaos.run.places.targets import Targets
from chaos.system.slowing import Slowing
from chaos.undo.undo import Undo


class ServicePlaces:
    """Implements `Injects`.

    A service that was ended is started again by the runner, and only as long as there is one: when the runner is gone
    nobody needs it, and the undo that ends the whole system, recorded before it was started, is all that is left to do.
    """

    def __init__(self, targets: Targets) -> None:
        self._system = targets.services
        self._session_before: dict[str, str] = {}
        self._slowing: dict[str, Slowing] = {}

    def undos(self, fault: PlannedFault) -> tuple[Undo, ...]:
        service, change = fault.entry.on, _change(fault)
        if not isinstance(change, PauseService | SlowService):
            return ()
        session, mark = self._system.session(service), self._mark(fault)
        leader = session.partition("=")[0]
        pausing = isinstance(change, PauseService)
        return (
            Undo(
                id=mark,
                kind="session.resume" if pausing else "throttle.end",
                args={"session": session, **({} if pausing else {"mark": mark})},
                says=f"{fault.name}: let the service {service} go on",
                repair=f"pkill -CONT -s {leader}",
            ),
        )

    async def inject(self, fault: PlannedFault) -> None:
        service, change = fault.entry.on, _change(fault)
        self._session_before[fault.name] = session = self._system.session(service)
        match change:
            case EndService():
                await self._system.end(service, signal.Signals[change.signal])
            case RestartService():
                await self._system.end(service, signal.Signals[change.signal])
                await self._system.start_again(service)
            case PauseService():
                await self._system.pause(service)
            case SlowService():
                self._slowing[fault.name] = slowing = Slowing(service)
                await slowing.start(session, change.share, mark=self._mark(fault))

    async def step(self, fault: PlannedFault, change: SetToxics) -> None:
        """A service has no toxics."""

    async def effect(self, fault: PlannedFault) -> Effect:
        service, change = fault.entry.on, _change(fault)
        if isinstance(change, SlowService):
            return Effect(stopped_ratio=await self._slowing[fault.name].stopped_ratio())
        state = await self._system.state(service)
        anew = self._system.session(service) != self._session_before[fault.name]
        return Effect(state="another process" if anew and state != "gone" else state)

    async def take_back(self, fault: PlannedFault) -> None:
        service = fault.entry.on
        match _change(fault):
            case EndService():
                await self._system.start_again(service)
                await self._system.until_ready(service)
            case RestartService():
                await self._system.until_ready(service)
            case SlowService():
                await self._slowing.pop(fault.name).end()
            case PauseService():
                pass  # its recorded undo lets it go on

    def _mark(self, fault: PlannedFault) -> str:
        return f"{self._system.mark}/{fault.name}"


def _change(fault: PlannedFault) -> ServiceChange:
    """An entry whose place is a service holds a fault of services: its model has seen to that."""
    return cast(ServiceChange, fault.entry.change)
