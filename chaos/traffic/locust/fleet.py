"""The runner's side of a journey that Locust spreads: a master and its workers, and their samples in our journal."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

import chaos
from chaos.errors import EnvironmentFailed
from chaos.experiment.detection import Detection
from chaos.experiment.load import RemoteWorkers
from chaos.experiment.plan import Plan
from chaos.experiment.system import Service
from chaos.journal.events import AnswerSeen, Event, Sample
from chaos.run.recorder import Recorder
from chaos.system.addresses import Addresses
from chaos.traffic.locust.available import why_no_locust
from chaos.traffic.locust.orders import (
    FAILED,
    FREEZE,
    LISTENS,
    LOST,
    NO_PATCHES,
    READY,
    READY_WITHIN_S,
    REPORT,
    START,
    STOP,
)
from chaos.undo.children import environment, python
from chaos.undo.processes import MARK

ENDED_WITHIN_S: Final = 5.0
SEATED_BEYOND_S: Final = 30.0
STOPPED_BEYOND_S: Final = 10.0
"""More than a last report takes."""
_LONGEST_LINE: Final = 64 * 1024 * 1024
_ELSEWHERE: Final = {"elsewhere": Service(url="http://127.0.0.1:1")}
_PLAN: Final[TypeAdapter[Plan]] = TypeAdapter(Plan)
_EVENT: Final[TypeAdapter[Any]] = TypeAdapter(Event)


class Fleet:
    """Implements `Elsewhere`, for one journey. Its processes carry `mark`, and end by the undo for that."""

    def __init__(
        self,
        journey: str,
        plan: Plan,
        addresses: Addresses,
        recorder: Recorder,
        *,
        folder: Path,
        mark: str,
        today: date,
    ) -> None:
        self._journey = plan.system.journeys[journey]
        self._name = journey
        self._traffic = self._journey.locust
        self._spawn_per_s = self._traffic.spawn or self._traffic.users
        self._recorder = recorder
        self._log = folder / f"{''.join(each if each.isalnum() else '-' for each in journey)}.locust.log"
        self._mark = mark
        self._order = order_for(journey, plan, addresses, today)
        self._processes: list[asyncio.subprocess.Process] = []
        self._master: asyncio.subprocess.Process | None = None
        self._ready: set[str] = set()
        self._finished_s: dict[str, float] = {}
        self._seats: dict[str, int] = {}
        self._all_seated = asyncio.Event()
        self._stopped: set[str] = set()
        self._all_stopped = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def gather(self) -> None:
        """Start the master and the workers that are ours, and return when every worker has its users ready.

        Raises `EnvironmentFailed` when that does not work in time.
        """
        if (missing := why_no_locust()) is not None:
            raise EnvironmentFailed(missing)
        remote = self._traffic.workers if isinstance(self._traffic.workers, RemoteWorkers) else None
        within_s = READY_WITHIN_S if remote is None else remote.within
        try:
            async with asyncio.timeout(within_s):
                await self._start_master(remote)
                port = (await self._wait_for(LISTENS))["port"]
                if remote is None:
                    for _ in range(self._traffic.count):
                        worker = [*python("chaos.traffic.locust.worker"), "127.0.0.1", str(port)]
                        self._processes.append(await self._start(worker))
                while len(self._ready) < self._traffic.count:
                    self._ready.add((await self._wait_for(READY))["worker"])
        except TimeoutError:
            raise EnvironmentFailed(
                f"the journey {self._name}: {len(self._ready)} of {self._traffic.count} Locust workers were ready "
                f"within {within_s:g}s"
            ) from None

    def begin(self, group: asyncio.TaskGroup) -> None:
        self._tell(START)
        self._reader = group.create_task(self._read())

    async def full(self) -> None:
        """Returns when all users have come: what is steady before that says nothing of what is steady then."""
        within_s = self._traffic.users / self._spawn_per_s + SEATED_BEYOND_S
        try:
            async with asyncio.timeout(within_s):
                await self._all_seated.wait()
        except TimeoutError:
            seated = sum(self._seats.values())
            raise EnvironmentFailed(
                f"the journey {self._name}: {seated} of {self._traffic.users} users had begun within {within_s:g}s"
            ) from None

    def freeze(self) -> None:
        """Something is about to be broken."""
        self._tell(FREEZE)

    def finished_s(self) -> float:
        if len(self._finished_s) < self._traffic.count:
            return -math.inf
        return min(self._finished_s.values())

    async def stop(self) -> None:
        self._tell(STOP)
        within_s = self._journey.longest_s + STOPPED_BEYOND_S
        try:
            async with asyncio.timeout(within_s):
                await self._all_stopped.wait()
        except TimeoutError:
            raise EnvironmentFailed(f"the Locust workers of {self._name} had not ended within {within_s:g}s") from None

    def abandon(self) -> None:
        if self._reader is not None:
            self._reader.cancel()

    async def close(self) -> None:
        """Let the master send its workers home; those that are ours end by their mark if they don't by themselves."""
        if self._master is None or self._master.stdin is None:
            return
        self._master.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ENDED_WITHIN_S):
                await asyncio.gather(self._drain(), *(process.wait() for process in self._processes))

    def failure(self) -> str | None:
        """Why one of our processes is not there any more; None while all are."""
        for process in self._processes:
            if process.returncode is not None:
                return f"a Locust process of {self._name} ended (exit code {process.returncode}){self._last_words()}"
        return None

    async def _start_master(self, remote: RemoteWorkers | None) -> None:
        self._master = await self._start(python("chaos.traffic.locust.master"), stdin=asyncio.subprocess.PIPE)
        self._processes.append(self._master)
        order = {
            "host": "127.0.0.1" if remote is None else remote.bind,
            "port": 0 if remote is None else remote.port,
            "workers": self._traffic.count,
            "users": self._traffic.users,
            "spawn_per_s": self._spawn_per_s,
            "zero_s": self._recorder.clock.zero_s,
            "plan": self._order,
        }
        self._write(order)

    async def _start(self, command: Sequence[str], *, stdin: int = asyncio.subprocess.DEVNULL) -> Any:
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *command,
                stdin=stdin,
                stdout=asyncio.subprocess.PIPE if stdin == asyncio.subprocess.PIPE else log,
                stderr=log,
                start_new_session=True,
                limit=_LONGEST_LINE,
                env=environment(**{MARK: self._mark, "PYTHONWARNINGS": "ignore", **NO_PATCHES}),
            )

    def _tell(self, what: str) -> None:
        self._write({"do": what})

    def _write(self, said: Mapping[str, Any]) -> None:
        """The master always reads; one that is gone is noticed by `failure`."""
        if self._master is not None and self._master.stdin is not None:
            self._master.stdin.write(json.dumps(said).encode() + b"\n")

    async def _wait_for(self, kind: str) -> Mapping[str, Any]:
        while (said := await self._next())["kind"] != kind:
            self._heard(said)
        return said

    async def _read(self) -> None:
        while True:
            self._heard(await self._next())

    async def _next(self) -> Mapping[str, Any]:
        """Raises `EnvironmentFailed` when the master is gone."""
        line = await self._lines.readline()
        if not line.endswith(b"\n"):
            raise EnvironmentFailed(f"the Locust master of {self._name} ended{self._last_words()}")
        said: Mapping[str, Any] = json.loads(line)
        return said

    async def _drain(self) -> None:
        while await self._lines.read(1 << 16):
            pass

    @property
    def _lines(self) -> asyncio.StreamReader:
        if self._master is None or self._master.stdout is None:
            raise EnvironmentFailed(f"the Locust master of {self._name} was not started")
        return self._master.stdout

    def _heard(self, said: Mapping[str, Any]) -> None:
        heard: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            REPORT: self._report,
            FAILED: self._failed,
            LOST: self._failed,
        }
        if said["kind"] in heard:
            heard[said["kind"]](said)

    def _report(self, said: Mapping[str, Any]) -> None:
        worker = said["worker"]
        for line in said["events"]:
            event = _EVENT.validate_json(line)
            if isinstance(event, Sample):
                self._recorder.add(event)
            elif isinstance(event, AnswerSeen) and not self._recorder.knows(event.fingerprint):
                self._recorder.add_answer(event)
        self._finished_s[worker] = said["finished_s"]  # once its samples are there
        self._seats[worker] = said["seats"]
        if sum(self._seats.values()) >= self._traffic.users:
            self._all_seated.set()
        if said["stopped"]:
            self._stopped.add(worker)
            if len(self._stopped) == self._traffic.count:
                self._all_stopped.set()

    def _failed(self, said: Mapping[str, Any]) -> None:
        if "traceback" in said:
            raise RuntimeError(f"in a Locust worker of {self._name}:\n{said['traceback']}")
        who = f"worker {said['worker']}" if "worker" in said else "master"
        raise EnvironmentFailed(f"the Locust {who} of {self._name}: {said.get('reason', 'it was lost')}")

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-5:] if self._log.exists() else []
        return "".join(f"\n    {line}" for line in lines)


def order_for(name: str, plan: Plan, addresses: Addresses, today: date) -> Mapping[str, Any]:
    """What each worker needs: a plan in which its share of the users are clients of one journey.

    Commands and environments of services, vars, and what others send are nobody's business elsewhere: `plan` has the
    values of the environment in its requests.
    """
    journey = plan.system.journeys[name]
    share = math.ceil(journey.locust.users / journey.locust.count)
    alone = journey.model_copy(update={"traffic": None, "clients": share})
    told = {
        "services": _ELSEWHERE,
        "vars": {},
        "variants": {},
        "users": {kind: plan.system.users[kind] for kind in journey.kinds},
        "journeys": {name: alone},
        "audit": {},
        "probes": {},
        "detect": Detection(),
    }
    system = plan.system.model_copy(update=told)
    return {
        "plan": _PLAN.dump_json(replace(plan, system=system, vars={}), by_alias=True, exclude_none=True).decode(),
        "gatecrash": chaos.__version__,
        "links": dict(addresses.links),
        "today": today.isoformat(),
    }
