"""A system that stands behind its proxies until somebody ends it.

What it leaves open is undone as for runs: by this process, by the guardian when this is gone, else by the next run.
"""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import chaos
from chaos.backends.links import Choice, Count, Proxied
from chaos.errors import ChaosError, EnvironmentFailed, InvalidOption, UndoFailed
from chaos.experiment.experiment import FaultEntry
from chaos.experiment.plan import PlannedFault
from chaos.experiment.problems import suggest
from chaos.experiment.system import System
from chaos.journal import events as e
from chaos.journal.journal import Listener
from chaos.journeys.judging import situation_in
from chaos.live.checks import as_made, check_fault
from chaos.live.everybody import Everybody
from chaos.live.fault import LiveFault
from chaos.live.record import LiveRecord
from chaos.live.users import Coming, LiveUsers
from chaos.live.witness import Witness
from chaos.rules import RULE_PACK_VERSION
from chaos.run.clock import Clock
from chaos.run.folders import JOURNAL, make_standing, standing_folder
from chaos.run.injector import Injector
from chaos.run.places.targets import Reach
from chaos.run.premises import Premises
from chaos.run.undoer import Undoer
from chaos.system.addresses import Addresses
from chaos.system.environment import secrets_of, with_environment, with_rules_environment
from chaos.undo.guarded import guarded
from chaos.undo.state import leased_runs
from chaos.uninterrupted import to_the_end

HEALTH_EVERY_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is to stand: a system as its file and all choices make it. `folder` is its file's; requests are counted on
    the links in `counted`.
    """

    system: System
    folder: Path
    vars: Mapping[str, Any] = field(default_factory=dict)
    variant: str | None = None
    seed: int = 0
    choice: Choice = field(default_factory=Choice)
    counted: frozenset[str] = frozenset()


class LiveSystem:
    """An async context manager: it stands inside. All of it belongs to the event loop in which it was entered.

    Entering and leaving raise `EnvironmentFailed` for what did not come up, and `UndoFailed` for what may be left.
    """

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.system: Final = standing.system
        self.folder: Final = standing_folder()
        self._mark = f"{self.folder.name}/up"
        self._clock = Clock()
        self._everybody = Everybody()
        self._faults: dict[str, LiveFault] = {}
        self._named: set[str] = set()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            lease = stack.enter_context(guarded(self.folder.name, self.folder))
            make_standing(self.folder, kept=leased_runs())
            self._record = LiveRecord(self.folder / JOURNAL, self._clock, secrets_of(self.system))
            stack.callback(self._record.close)
            self._build(Undoer(lease, self._record))
            self._record.add(self._first_event())
            stack.push_async_callback(lambda: to_the_end(self._end()))
            await self._premises.start(self._undoer)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await to_the_end(self._stack.aclose())

    @property
    def addresses(self) -> Addresses:
        """Where its links and services are."""
        return self._premises.addresses

    def proxied(self, link: str) -> Proxied:
        """Where any Toxiproxy client finds the proxy of a link."""
        return self._premises.links.proxied(link)

    @property
    def faults(self) -> tuple[LiveFault, ...]:
        """Those that are not undone, in the order in which they were injected."""
        return tuple(fault for fault in self._faults.values() if not fault.undone)

    @property
    def users(self) -> tuple[LiveUsers, ...]:
        """Those who have not gone."""
        return self._everybody.here

    def now(self) -> float:
        """On the clock of its events: seconds since it was made."""
        return self._clock.now()

    def watch(self, listener: Listener) -> Callable[[], None]:
        """`listener` is called in the loop with each event from now on, until what is returned is called. It must not
        raise, nor take long.
        """
        return self._record.watch(listener)

    def failure(self) -> str | None:
        """Why the environment can't be trusted any more, or None: a proxy or a service has ended by itself."""
        return self._premises.failure()

    @property
    def fallen(self) -> tuple[str, ...]:
        """Services that have ended by themselves; they can be restarted."""
        return self._premises.services.fallen

    async def until_failure(self) -> str:
        """Wait for one."""
        while (failure := self.failure()) is None:
            await asyncio.sleep(HEALTH_EVERY_S)
        return failure

    async def carried(self) -> Mapping[str, int]:
        """Bytes that each link has carried so far, both directions."""
        return await self._premises.links.carried()

    async def counts(self) -> Mapping[str, Count]:
        """What has come by each link so far; only of links whose proxy is ours."""
        return await self._premises.links.counts()

    async def inject(self, entry: FaultEntry) -> LiveFault:
        """Returns when it is in force. Raises `InvalidOption` for what can't be broken like that, `EnvironmentFailed`
        when it could not be; all is as it was then.
        """
        on = [fault.planned.entry for fault in self.faults]
        rated = entry.place == "journey" and self._everybody.rate_per_s(entry.on) is not None
        check_fault(entry, self.system, on, rated=rated, choice=self.standing.choice)
        planned = PlannedFault(self._name(entry.title), entry)
        self._record.add(e.FaultChosen(at_s=self.now(), fault=planned.name, entry=entry))
        for users in self.users:
            users.faults_begin(surge=entry.kind == "surge")
        fault = self._faults[planned.name] = LiveFault(planned, self._injector, self._clock, self._witness)
        await fault.begin()
        return fault

    async def undo(self, fault: LiveFault) -> None:
        """Returns when it is off; harmless when it is. Raises `UndoFailed` when something may still be broken, or what
        went wrong with it meanwhile.
        """
        failed = len(self._record.undo_failures)
        await fault.undo()
        self._tell_failed_undos(since=failed)

    async def start_users(self, journey: str, *, rate: float | None = None, clients: int | None = None) -> LiveUsers:
        """Users of a journey come from now on, as its file says or at this rate (per second), or so many clients each
        waiting for its answer. Who must get ready does so first: raises `EnvironmentFailed` when they can't.
        """
        if journey not in self.system.journeys:
            raise InvalidOption(f"there is no journey {journey!r}; {suggest(journey, self.system.journeys)}")
        made = as_made(journey, self.system.journeys[journey], rate=rate, clients=clients)
        alone = with_environment(self.system.model_copy(update={"journeys": {journey: made}}))
        coming = Coming(id=self._name(journey), name=journey, seed=self.standing.seed, system=alone)
        users = LiveUsers(coming, self.addresses, self._record, self._situation, mark=self._mark)
        if self.faults:
            users.faults_begin(surge=any(fault.planned.entry.kind == "surge" for fault in self.faults))
        await self._everybody.welcome(users)
        return users

    async def restart(self, service: str) -> None:
        """End a service and start it again, on the same port and with the same work directory; returns when it is
        ready. Raises `InvalidOption` for one that was not started here, or is broken on purpose.
        """
        known = {name for name, each in self.system.services.items() if each.url is None}
        if service not in known:
            raise InvalidOption(f"{service!r} is no service that was started here; {suggest(service, known)}")
        for fault in self.faults:
            if (fault.planned.entry.place, fault.planned.entry.on) == ("service", service):
                raise InvalidOption(f"{service} can't be restarted while {fault.name} is on; undo that first")
        fallen = service in self._premises.services.fallen
        await self._premises.services.restart(service)
        self._record.add(e.ServiceRestarted(at_s=self.now(), service=service, fallen=fallen))

    async def reset(self) -> None:
        """All faults off, all users gone, and services that have ended by themselves started again: the system as it
        was, but for what it has stored. Raises what went wrong on the way, after all of it; `EnvironmentFailed` if a
        service had ended by itself.
        """
        errors = await self._lay_off()
        try:
            if (failure := self.failure()) is not None:
                errors.append(EnvironmentFailed(failure))
            for service in self._premises.services.fallen:
                await self.restart(service)
        except ChaosError as error:
            errors.append(error)
        self._forget()
        if errors:
            raise _worst(errors)

    def _build(self, undoer: Undoer) -> None:
        standing, system = self.standing, self.system
        self._undoer = undoer
        self._premises = Premises(
            system,
            standing.folder,
            self.folder,
            mark=self._mark,
            seed=standing.seed,
            choice=standing.choice,
            counted=standing.counted,
        )
        links, services = self._premises.links, self._premises.services
        self._witness = Witness(system, links, self._everybody)
        self._situation = situation_in(with_rules_environment(system), standing.folder)
        self._injector = Injector(Reach(links, services, self._everybody), self._record, undoer)

    async def _end(self) -> None:
        """As orderly as it goes; then whatever is still open is undone, newest first."""
        try:
            errors = await self._lay_off()
        finally:
            await self._undoer.perform_all()
            await self._premises.ended()
            self._record.add(e.RunEnded(at_s=self.now()))
        self._tell_failed_undos(since=0)
        if errors:
            raise _worst(errors)

    async def _lay_off(self) -> list[ChaosError]:
        """All faults off, newest first, and all users gone. Returns what went wrong."""
        failed = len(self._record.undo_failures)
        errors: list[ChaosError] = []
        acts = [fault.undo for fault in reversed(self._faults.values())] + [users.leave for users in self.users]
        for act in acts:
            try:
                await act()
            except ChaosError as error:
                errors.append(error)
        try:
            self._tell_failed_undos(since=failed)
        except UndoFailed as error:
            errors.append(error)
        return errors

    def _forget(self) -> None:
        self._faults = {name: fault for name, fault in self._faults.items() if not fault.undone}

    def _tell_failed_undos(self, *, since: int) -> None:
        failures = [each.undo.not_done(each.reason) for each in self._record.undo_failures[since:]]
        if failures:
            raise UndoFailed("\n".join(failures))

    def _name(self, title: str) -> str:
        """One that nothing had before, so that events can be told apart."""
        name, number = title, 2
        while name in self._named:
            name, number = f"{title} ({number})", number + 1
        self._named.add(name)
        return name

    def _first_event(self) -> e.LiveStarted:
        return e.LiveStarted(
            at_s=self.now(),
            system=self.system,
            vars=self.standing.vars,
            variant=self.standing.variant,
            seed=self.standing.seed,
            gatecrash=chaos.__version__,
            rules=RULE_PACK_VERSION,
            python=platform.python_version(),
            wall_time=datetime.now(UTC).isoformat(timespec="seconds"),
        )


def _worst(errors: list[ChaosError]) -> ChaosError:
    """One that says all of it, of the kind that matters most."""
    kind = UndoFailed if any(isinstance(error, UndoFailed) for error in errors) else EnvironmentFailed
    return kind("\n".join(dict.fromkeys(map(str, errors))))
