"""What changes do to containers: the table is whole, and every undo names its container and can be performed."""

from __future__ import annotations

import inspect
import json
from typing import Any, get_args

import pytest

from chaos.backends import LINK_BACKENDS, SERVICE_BACKENDS
from chaos.backends.docker.acts import ACTS
from chaos.backends.docker.box import Box, Figures, Seen
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
from chaos.undo import UNDOS, engine
from chaos.verdict.proof import _WANTED

BOX = Box("web", "0123456789abcdef", {"front": "net-1", "back": "net-2"}, {"/data": 1024})
CHANGES: dict[str, tuple[ServiceChange, list[tuple[Any, ...]]]] = {
    "kill": (EndService("SIGTERM"), [("kill", "SIGTERM"), ("wait", 2.0)]),
    "stop": (StopService(1.5), [("stop", 1.5)]),
    "restart": (
        RestartService("SIGTERM"),
        [("seen",), ("kill", "SIGTERM"), ("wait", 2.0), ("kill", "SIGKILL"), ("wait", 2.0), ("start", "web")],
    ),
    "pause": (PauseService(), [("pause",)]),
    "disconnect": (DisconnectService("back"), [("disconnect", "net-2")]),
    "disconnect from all": (DisconnectService(None), [("disconnect", "net-1"), ("disconnect", "net-2")]),
    "cpu": (LimitCpu(0.25), [("figures",), ("limit", {"cpu_period": 100_000, "cpu_quota": 25_000})]),
    "memory": (LimitMemory(10), [("limit", {"mem_limit": 10, "memswap_limit": 10})]),
    "disk_full": (FillDisk("/data"), [("fill", "/data", 1025)]),
}


class FakeEngine:
    """Notes what it is asked to do to the container."""

    def __init__(self, status: str = "running", throttled: int = 0, memory: int = 0, **seen: Any) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.status, self.more = status, seen
        self.throttled, self.memory = throttled, memory

    def seen(self, container: str) -> Seen:
        self.calls.append(("seen",))
        return Seen(self.status, **self.more)

    def figures(self, container: str) -> Figures:
        self.calls.append(("figures",))
        return Figures(self.throttled, self.memory)

    def ballast_bytes(self, container: str, folder: str) -> int:
        return self.memory

    def __getattr__(self, name: str) -> Any:
        def call(container: str, *args: Any) -> None:
            assert container == BOX.id
            self.calls.append((name, *args))

        return call


@pytest.mark.parametrize("case", CHANGES)
def test_each_change_is_these_calls_on_its_container(case: str) -> None:
    change, calls = CHANGES[case]
    fake: Any = FakeEngine()
    ACTS[type(change)](change).inject(fake, BOX)
    assert fake.calls == calls


@pytest.mark.parametrize("case", CHANGES)
def test_each_undo_can_be_performed_with_what_it_holds(case: str) -> None:
    change, _ = CHANGES[case]
    undos = list(ACTS[type(change)](change).undos(BOX))
    assert undos
    for undo in undos:
        assert undo.kind in UNDOS
        performed = getattr(engine, undo.kind.removeprefix("container."))
        inspect.signature(performed).bind(engine="unix:///x", container=BOX.id, **undo.args)
        assert BOX.id[:12] in undo.by_hand
        for key in undo.args.keys() & {"limits", "endpoint"}:
            assert json.loads(undo.args[key])


STATES: dict[str, tuple[ServiceChange, FakeEngine, FakeEngine]] = {
    "kill": (EndService("SIGKILL"), FakeEngine("exited"), FakeEngine("running")),
    "stop": (StopService(1.0), FakeEngine("exited"), FakeEngine("running")),
    "restart": (RestartService("SIGKILL"), FakeEngine(started_at="later"), FakeEngine()),
    "pause": (PauseService(), FakeEngine("paused"), FakeEngine("running")),
    "disconnect": (DisconnectService("back"), FakeEngine(networks={"net-1": ""}), FakeEngine(networks={"net-2": ""})),
    "cpu": (LimitCpu(0.1), FakeEngine(throttled=5), FakeEngine()),
    "memory": (LimitMemory(1000), FakeEngine(memory=900), FakeEngine(memory=899)),
    "killed for memory": (LimitMemory(1000), FakeEngine(killed_for_memory=True), FakeEngine()),
    "disk_full": (FillDisk("/data"), FakeEngine(memory=1), FakeEngine()),
}


@pytest.mark.parametrize("case", STATES)
def test_each_change_is_proven_by_how_its_container_is_seen_and_by_nothing_else(case: str) -> None:
    change, acted, untouched = STATES[case]
    act = ACTS[type(change)](change)
    before: Any = FakeEngine()
    act.inject(before, BOX)
    engines: list[Any] = [acted, untouched]
    proven, unproven = (act.state(each, BOX) for each in engines)
    assert proven == _WANTED[type(change)]
    assert unproven != _WANTED[type(change)]


def test_every_change_of_a_service_can_be_made_by_a_backend() -> None:
    able = frozenset().union(*(backend.changes for backend in SERVICE_BACKENDS.values()))
    assert able == set(get_args(ServiceChange))
    assert ACTS.keys() == SERVICE_BACKENDS["docker"].changes


def test_no_two_backends_have_the_same_name() -> None:
    assert not LINK_BACKENDS.keys() & SERVICE_BACKENDS.keys()
