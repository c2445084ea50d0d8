"""One experiment, from the first service started to the last undo: it leaves a journal, and nothing broken."""

from __future__ import annotations

import asyncio
import platform
import random
import traceback
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import chaos
from chaos.backends.services import WORK
from chaos.errors import ChaosError, EnvironmentFailed
from chaos.experiment.plan import Plan
from chaos.journal import events as e
from chaos.journal.journal import Journal
from chaos.journeys.judging import judging_of
from chaos.probes.ask import Place
from chaos.rules import RULE_PACK_VERSION
from chaos.run import phases
from chaos.run.audit import take_audits
from chaos.run.clock import Clock
from chaos.run.control import ControlRecords
from chaos.run.counting import count_links
from chaos.run.premises import Premises
from chaos.run.probing import keep_probing
from chaos.run.recorder import Recorder, Records
from chaos.run.references import look_up
from chaos.run.safeguards import until_tripped
from chaos.run.scene import Scene, Users
from chaos.run.standstill import Standstill
from chaos.run.undoer import Undoer
from chaos.run.visits import Visits
from chaos.system.environment import plan_with_environment
from chaos.traffic.elsewhere import Elsewhere
from chaos.traffic.locust.fleet import Fleet
from chaos.traffic.traffic import Traffic
from chaos.undo.lease import Lease

HEALTH_EVERY_S = 0.1


class ExperimentRun:
    """Run it once. `interrupt` may be called at any time from the event loop, also before `run`."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        journal: Journal,
        lease: Lease,
        *,
        premises: Premises,
        control: Premises | None = None,
        leave: bool = False,
        served: Sequence[str] = (),
        attempt: int = 1,
        repetition: int = 1,
        stop_when_refuted: bool = False,
    ) -> None:
        """`control`: another copy, where nothing is broken. `leave`: whoever asks for this run ends the premises
        himself; not the control. `served`: what they were used for before.
        """
        self._plan = plan
        self._folder = folder
        self._premises = premises
        self._copies = [premises] if control is None else [premises, control]
        self._control = control
        self._leave = leave
        self._served = tuple(served)
        self._attempt = attempt
        self._repetition = repetition
        self._stop_when_refuted = stop_when_refuted
        self._clock = Clock()
        self._recorder = Recorder(journal, self._clock, plan.system.journeys)
        self._undoer = Undoer(lease, self._recorder)
        self._fleets: list[Fleet] = []
        self._main: asyncio.Task[None] | None = None
        self._stopped_by: int | None = None

    async def run(self) -> None:
        """Whatever happens is in the journal afterwards. Raises `EnvironmentFailed` only when that can't be written."""
        self._began = datetime.now(UTC)
        self._recorder.add(self._first_event())
        self._main = asyncio.create_task(self._all_phases())
        if self._stopped_by is not None:
            self.interrupt(self._stopped_by)
        try:
            await self._main
        except* ChaosError as group:
            for reason in sorted({str(error) for error in _leaves(group)}):
                self._recorder.add(e.EnvironmentBroke(at_s=self._clock.now(), reason=reason))
        except* asyncio.CancelledError:
            pass  # `interrupt` has said why
        except* Exception as group:
            trace = "".join(traceback.format_exception(group))
            self._recorder.add(e.ToolFailed(at_s=self._clock.now(), traceback=trace))
        finally:
            await self._undoer.perform_all(but=self._premises.ends if self._leave else ())
            ended = self._copies[1:] if self._leave else self._copies
            await asyncio.gather(*(copy.ended() for copy in ended))
        self._look_up_references()
        self._recorder.add(e.RunEnded(at_s=self._clock.now()))

    def interrupt(self, signal: int) -> None:
        """Stop at once; the undos follow."""
        self._stopped_by = signal
        if self._main is not None:
            self._recorder.add(e.Interrupted(at_s=self._clock.now(), signal=signal))
            self._main.cancel()

    def _look_up_references(self) -> None:
        """After the services have ended, when all that they had to say is written."""
        logs = self._premises.logs
        if logs:
            found = look_up(self._recorder.references, logs)
            self._recorder.add(e.ReferencesLookedUp(at_s=self._clock.now(), found=found))

    async def _all_phases(self) -> None:
        live = plan_with_environment(self._plan)
        async with asyncio.TaskGroup() as starting:
            for copy in self._copies:
                starting.create_task(copy.start(self._undoer))
        today = self._began.date()
        here = _played_here(live)
        visits = self._visits(here, self._premises, self._recorder)
        beside = None if self._control is None else self._visits(here, self._control, ControlRecords(self._recorder))
        everyone = [each for each in (visits, beside) if each is not None]
        self._fleets = [self._fleet(name, live, today) for name in live.system.journeys.keys() - here.system.journeys]
        try:
            for each in everyone:
                await each.prepare()
            for fleet in self._fleets:
                await fleet.gather()
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._watch_environment())
                traffic = self._traffic(here, visits, group, self._fleets)
                control = None if beside is None else Users(self._traffic(here, beside, group), self._recorder.control)
                begins_s = self._clock.now()
                traffic.start(begins_s)
                if control is not None:
                    control.traffic.start(begins_s)
                scene = self._scene(live, traffic, control)
                guard = group.create_task(self._watch_safeguards(scene))
                probes = [group.create_task(probing) for probing in self._probes(live)]
                await self._phases(scene, everyone)
                guard.cancel()
                for users in scene.everyone:
                    users.traffic.abandon()
                for task in (watch, *probes):
                    task.cancel()
        finally:
            for each in everyone:
                await each.close()
            await asyncio.gather(*(fleet.close() for fleet in self._fleets))

    def _visits(self, here: Plan, copy: Premises, records: Records) -> Visits:
        """What is learned of good answers on one copy is not told of the other."""
        judging = judging_of(here, self._began.date())
        return Visits(here, copy.addresses, records, judging, mark=copy.mark)

    def _traffic(
        self, here: Plan, visits: Visits, group: asyncio.TaskGroup, elsewhere: Sequence[Elsewhere] = ()
    ) -> Traffic:
        """On each copy of the system the same users come, and in the same order."""
        rng = random.Random(f"{self._plan.seed}/{self._plan.id}/arrivals")
        return Traffic(here.system.journeys, visits.run, self._clock, rng, group, elsewhere)

    def _fleet(self, journey: str, live: Plan, today: date) -> Fleet:
        return Fleet(
            journey,
            live,
            self._premises.addresses,
            self._recorder,
            folder=self._folder,
            mark=self._premises.mark,
            today=today,
        )

    def _scene(self, live: Plan, traffic: Traffic, control: Users | None) -> Scene:
        return Scene(
            plan=live,
            addresses=self._premises.addresses,
            services=self._premises.services,
            links=self._premises.links,
            traffic=traffic,
            control=control,
            recorder=self._recorder,
            undoer=self._undoer,
            stop_when_refuted=self._stop_when_refuted,
        )

    async def _phases(self, scene: Scene, everyone: Sequence[Visits]) -> None:
        for fleet in self._fleets:
            await fleet.full()
        if not await phases.baseline(scene):
            return
        for visits in everyone:
            visits.faults_begin()
        for fleet in self._fleets:
            fleet.freeze()
        wanted = await phases.faults(scene) and await phases.recovery(scene)
        stopped, *_ = await asyncio.gather(*(users.traffic.stop() for users in scene.everyone))
        await count_links(scene)
        if wanted:
            await take_audits(scene, stopped)
        else:
            self._recorder.add(e.CutShort(at_s=stopped))

    def _probes(self, live: Plan) -> Iterator[Coroutine[None, None, None]]:
        """The status page, and the probes that claims and safeguards are of."""
        workdir = self._folder / WORK / "probes"
        addresses, mark = self._premises.addresses, self._premises.mark
        place = Place(addresses=addresses, folder=Path(live.folder), workdir=workdir, mark=mark)
        status = live.system.detect.status
        if status is not None and live.detect:
            yield keep_probing(e.STATUS_PAGE, status.probe(), place, self._recorder)
        for name in live.asked:
            workdir.mkdir(parents=True, exist_ok=True)
            yield keep_probing(name, live.system.probes[name], place, self._recorder)

    async def _watch_environment(self) -> None:
        """A service or proxy that dies by itself ends the experiment, whatever phase it is in; so does a long sleep."""
        standstill = Standstill()
        while (failure := self._failure() or standstill.look()) is None:
            await asyncio.sleep(HEALTH_EVERY_S)
        raise EnvironmentFailed(failure)

    def _failure(self) -> str | None:
        watched = [copy.failure for copy in self._copies] + [fleet.failure for fleet in self._fleets]
        return next(filter(None, (failure() for failure in watched)), None)

    async def _watch_safeguards(self, scene: Scene) -> None:
        """The one that is reached ends the experiment, whatever phase it is in."""
        self._recorder.add(await until_tripped(scene))
        if self._main is not None:
            self._main.cancel()

    def _first_event(self) -> e.RunStarted:
        return e.RunStarted(
            at_s=self._clock.now(),
            plan=self._plan,
            gatecrash=chaos.__version__,
            rules=RULE_PACK_VERSION,
            python=platform.python_version(),
            wall_time=self._began.isoformat(timespec="seconds"),
            attempt=self._attempt,
            repetition=self._repetition,
            served=self._served,
        )


def _played_here(plan: Plan) -> Plan:
    """The same without the journeys whose users are played elsewhere."""
    journeys = {name: journey for name, journey in plan.system.journeys.items() if journey.traffic is None}
    return replace(plan, system=plan.system.model_copy(update={"journeys": journeys}))


def _leaves(group: BaseExceptionGroup[ChaosError]) -> Iterator[ChaosError]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
