"""One experiment, from the first service started to the last undo: it leaves a journal, and nothing broken."""

from __future__ import annotations

import asyncio
import platform
import random
import traceback
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path

import chaos
from chaos.backends import BACKENDS
from chaos.backends.links import Choice, Links, Surroundings
from chaos.errors import ChaosError, EnvironmentFailed
from chaos.experiment.plan import Plan
from chaos.journal import events as e
from chaos.journal.journal import Journal
from chaos.probes.ask import Place
from chaos.rules import RULE_PACK_VERSION
from chaos.run import phases
from chaos.run.audit import take_audits
from chaos.run.clock import Clock
from chaos.run.counting import count_links
from chaos.run.probing import keep_probing
from chaos.run.recorder import Recorder
from chaos.run.references import look_up
from chaos.run.scene import Scene
from chaos.run.undoer import Undoer
from chaos.run.visits import Visits
from chaos.system.running import RunningSystem
from chaos.traffic.traffic import Traffic
from chaos.undo.lease import Lease
from chaos.undo.undo import Undo

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
        mark: str,
        choice: Choice,
        attempt: int = 1,
        repetition: int = 1,
        stop_when_refuted: bool = False,
    ) -> None:
        self._plan = plan
        self._mark = mark
        self._attempt = attempt
        self._repetition = repetition
        self._stop_when_refuted = stop_when_refuted
        self._clock = Clock()
        self._recorder = Recorder(journal, self._clock, plan.system.journeys)
        self._undoer = Undoer(lease, self._recorder)
        self._surroundings = Surroundings(folder=folder, mark=mark, seed=plan.seed, choice=choice)
        self._links: Links = BACKENDS[choice.backend](self._surroundings)
        self._sessions: list[str] = []
        self._system = RunningSystem(
            plan.system,
            Path(plan.folder),
            self._links,
            self._surroundings,
            record=self._undoer.record,
            started=self._has_started,
        )
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
            await self._undoer.perform_all()
            await self._system.ended()
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
        logs = self._system.logs
        if logs:
            found = look_up(self._recorder.references, logs)
            self._recorder.add(e.ReferencesLookedUp(at_s=self._clock.now(), found=found))

    async def _all_phases(self) -> None:
        self._undoer.record(self._end_processes())
        await self._system.start()
        today = self._began.date()
        visits = Visits(self._plan, self._system.addresses, self._recorder, today=today, mark=self._mark)
        try:
            await visits.prepare()
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._watch_environment())
                rng = random.Random(f"{self._plan.seed}/{self._plan.id}/arrivals")
                traffic = Traffic(self._plan.system.journeys, visits.run, self._clock, rng, group)
                traffic.start()
                probes = [group.create_task(probing) for probing in self._probes()]
                await self._phases(traffic, visits)
                traffic.abandon()
                for task in (watch, *probes):
                    task.cancel()
        finally:
            await visits.close()

    async def _phases(self, traffic: Traffic, visits: Visits) -> None:
        scene = Scene(
            plan=self._plan,
            addresses=self._system.addresses,
            links=self._links,
            traffic=traffic,
            recorder=self._recorder,
            undoer=self._undoer,
            stop_when_refuted=self._stop_when_refuted,
        )
        if not await phases.baseline(scene):
            return
        visits.faults_begin()
        wanted = await phases.faults(scene) and await phases.recovery(scene)
        stopped = await traffic.stop()
        await count_links(scene)
        if wanted:
            await take_audits(scene, stopped)
        else:
            self._recorder.add(e.CutShort(at_s=stopped))

    def _probes(self) -> Iterator[Coroutine[None, None, None]]:
        """Those that the experiment makes claims of."""
        workdir = self._surroundings.folder / "work" / "probes"
        place = Place(
            addresses=self._system.addresses, folder=Path(self._plan.folder), workdir=workdir, mark=self._mark
        )
        status = self._plan.system.detect.status
        if status is not None and self._plan.detect:
            yield keep_probing(e.STATUS_PAGE, status.probe(), place, self._recorder)
        for name in self._plan.experiment.probes:
            workdir.mkdir(parents=True, exist_ok=True)
            yield keep_probing(name, self._plan.system.probes[name], place, self._recorder)

    async def _watch_environment(self) -> None:
        """A service or proxy that dies by itself ends the experiment, whatever phase it is in."""
        while (failure := self._system.failure()) is None:
            await asyncio.sleep(HEALTH_EVERY_S)
        raise EnvironmentFailed(failure)

    def _has_started(self, session: str) -> None:
        """The same undo, recorded again, now knows of this session as well."""
        self._sessions.append(session)
        self._undoer.record(self._end_processes())

    def _end_processes(self) -> Undo:
        return Undo(
            id=f"{self._mark}/processes",
            kind="processes.end",
            args={"mark": self._mark, "sessions": "\n".join(self._sessions)},
            says="end the system's services and its proxy",
            repair=f"end the processes that have GATECRASH_MARK={self._mark} in their environment",
        )

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
        )


def _leaves(group: BaseExceptionGroup[ChaosError]) -> Iterator[ChaosError]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
