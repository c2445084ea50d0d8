"""What each change does to a container, how that is seen from outside, and the undo that puts it right.

One class each; all calls block. Undos name the container by its id, so that no other can ever be meant.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from chaos.backends.docker.box import Box
from chaos.backends.docker.engine import BALLAST, Engine
from chaos.backends.docker.killing import GONE_WITHIN_S, Killing
from chaos.faults.fault import (
    DisconnectService,
    EndService,
    FillDisk,
    LimitCpu,
    LimitMemory,
    PauseService,
    RestartService,
    ServiceChange,
    StopService,
)
from chaos.undo.standing import NO_LIMIT_BYTES, PERIOD_US, own_names, static_addresses

UNLIMITED: Final = -1
NEARLY: Final = 0.9
"""Share of a limit of memory from which on its container is short of it."""
MORE_THAN_FITS: Final = 1
NANO: Final = 1_000_000_000
_WORDS: Final[Mapping[str, str]] = {"exited": "gone", "dead": "gone", "paused": "stopped"}


@dataclass(frozen=True, slots=True)
class Putting:
    """One undo, but for what all undos of containers have in common; `by_hand` are the arguments of `docker`."""

    kind: str
    args: Mapping[str, str]
    says: str
    by_hand: str


class Act(ABC):
    """One change of one container. `ends`: the container may end for it, which then is no failure, and it is started
    again when the change is taken back."""

    ends: ClassVar[bool] = False

    def undos(self, box: Box) -> Iterator[Putting]:  # noqa: ARG002
        yield from ()

    @abstractmethod
    def inject(self, engine: Engine, box: Box) -> None:
        """Returns when it is in force."""

    @abstractmethod
    def state(self, engine: Engine, box: Box) -> str:
        """How the container is seen."""


class _Ending(Act):
    ends = True

    def undos(self, box: Box) -> Iterator[Putting]:
        yield Putting("container.start", {}, f"start the service {box.service} again", f"start {box.id[:12]}")

    def state(self, engine: Engine, box: Box) -> str:
        return _status(engine, box)


class Kill(_Ending):
    def __init__(self, change: EndService) -> None:
        self._signal = change.signal
        self._killing: Killing | None = None

    def inject(self, engine: Engine, box: Box) -> None:
        """One that must be started again, even if the runner is gone, is waited for until the engine can do that."""
        self._killing = Killing(engine, box.id, self._signal)
        self._killing.begin()
        if box.borrowed:
            self._killing.wait()

    def state(self, engine: Engine, box: Box) -> str:
        if self._killing is not None:
            self._killing.wait()
        return super().state(engine, box)


class Stop(_Ending):
    def __init__(self, change: StopService) -> None:
        self._grace_s = change.grace_s

    def inject(self, engine: Engine, box: Box) -> None:
        engine.stop(box.id, self._grace_s)


class Restart(_Ending):
    def __init__(self, change: RestartService) -> None:
        self._signal = change.signal
        self._started_at = ""

    def inject(self, engine: Engine, box: Box) -> None:
        self._started_at = engine.seen(box.id).started_at
        engine.kill(box.id, self._signal)
        engine.wait(box.id, GONE_WITHIN_S)
        engine.kill(box.id, "SIGKILL")
        engine.wait(box.id, GONE_WITHIN_S)
        engine.start(box.id, box.service)

    def state(self, engine: Engine, box: Box) -> str:
        seen = engine.seen(box.id)
        anew = seen.status == "running" and seen.started_at != self._started_at
        return "another process" if anew else _WORDS.get(seen.status, seen.status)


class Pause(Act):
    def __init__(self, change: PauseService) -> None:
        pass

    def undos(self, box: Box) -> Iterator[Putting]:
        yield Putting("container.unpause", {}, f"let the service {box.service} go on", f"unpause {box.id[:12]}")

    def inject(self, engine: Engine, box: Box) -> None:
        engine.pause(box.id)

    def state(self, engine: Engine, box: Box) -> str:
        return _status(engine, box)


class Disconnect(Act):
    def __init__(self, change: DisconnectService) -> None:
        self._network = change.network

    def undos(self, box: Box) -> Iterator[Putting]:
        for name, network in self._chosen(box).items():
            endpoint = box.was.endpoints[network]
            names = "".join(f"--alias {each} " for each in own_names(box.id, endpoint))
            addresses = "".join(f"--ip{'6' * (':' in each)} {each} " for each in static_addresses(endpoint))
            yield Putting(
                "container.connect",
                {"network": network, "endpoint": json.dumps(endpoint)},
                f"put the service {box.service} back on its network {name}",
                f"network connect {names}{addresses}{network[:12]} {box.id[:12]}",
            )

    def inject(self, engine: Engine, box: Box) -> None:
        for network in self._chosen(box).values():
            engine.disconnect(box.id, network)

    def state(self, engine: Engine, box: Box) -> str:
        there = engine.seen(box.id).networks.keys() & set(self._chosen(box).values())
        return "on its network" if there else "without a network"

    def _chosen(self, box: Box) -> Mapping[str, str]:
        return {name: each for name, each in box.networks.items() if self._network in {None, name}}


class Cpu(Act):
    def __init__(self, change: LimitCpu) -> None:
        self._cores = change.cores
        self._throttled = 0

    def undos(self, box: Box) -> Iterator[Putting]:
        """An engine that was given a number of cores takes nothing else instead of it."""
        was = box.was.limits
        quota = was.get("CpuQuota", 0)
        before = {"CpuPeriod": was.get("CpuPeriod") or PERIOD_US, "CpuQuota": quota if quota > 0 else UNLIMITED}
        by_hand = f"--cpu-period {before['CpuPeriod']} --cpu-quota {before['CpuQuota']}"
        if nano := was.get("NanoCpus", 0):
            before, by_hand = {"NanoCpus": nano}, f"--cpus {nano / NANO:g}"
        says = f"give the service {box.service} its computing time back"
        yield Putting("container.update", {"limits": json.dumps(before)}, says, f"update {by_hand} {box.id[:12]}")

    def inject(self, engine: Engine, box: Box) -> None:
        self._throttled = engine.figures(box.id).throttled
        quota = {"CpuPeriod": PERIOD_US, "CpuQuota": max(1000, round(self._cores * PERIOD_US))}
        engine.limit(box.id, {"NanoCpus": round(self._cores * NANO)} if box.was.limits.get("NanoCpus") else quota)

    def state(self, engine: Engine, box: Box) -> str:
        return "held back" if engine.figures(box.id).throttled > self._throttled else "not held back"


class Memory(Act):
    ends = True

    def __init__(self, change: LimitMemory) -> None:
        self._limit_bytes = change.limit_bytes

    def undos(self, box: Box) -> Iterator[Putting]:
        memory = box.was.limits.get("Memory") or NO_LIMIT_BYTES
        swap = box.was.limits.get("MemorySwap") or 2 * memory
        limits = json.dumps({"Memory": memory, "MemorySwap": swap})
        says = f"give the service {box.service} its memory back"
        by_hand = f"update --memory {memory} --memory-swap {swap} {box.id[:12]}"
        yield Putting("container.update", {"limits": limits}, says, by_hand)

    def inject(self, engine: Engine, box: Box) -> None:
        engine.limit(box.id, {"Memory": self._limit_bytes, "MemorySwap": self._limit_bytes})

    def state(self, engine: Engine, box: Box) -> str:
        if engine.seen(box.id).killed_for_memory:
            return "short of memory"
        used = engine.figures(box.id).memory_bytes
        return "short of memory" if used >= NEARLY * self._limit_bytes else "within its limit of memory"


class Fill(Act):
    def __init__(self, change: FillDisk) -> None:
        self._path = change.path

    def undos(self, box: Box) -> Iterator[Putting]:
        args = {"folder": self._path, "name": BALLAST}
        says = f"make room on the disk of the service {box.service}"
        yield Putting("container.empty", args, says, f"exec {box.id[:12]} rm {self._path}/{BALLAST}")

    def inject(self, engine: Engine, box: Box) -> None:
        engine.fill(box.id, self._path, box.volumes[self._path] + MORE_THAN_FITS)

    def state(self, engine: Engine, box: Box) -> str:
        filled = engine.ballast_bytes(box.id, self._path)
        return "without room on its disk" if filled else "with room on its disk"


def _status(engine: Engine, box: Box) -> str:
    status = engine.seen(box.id).status
    return _WORDS.get(status, status)


ACTS: Final[Mapping[type[ServiceChange], Callable[[Any], Act]]] = {
    EndService: Kill,
    StopService: Stop,
    RestartService: Restart,
    PauseService: Pause,
    DisconnectService: Disconnect,
    LimitCpu: Cpu,
    LimitMemory: Memory,
    FillDisk: Fill,
}
