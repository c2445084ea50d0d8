"""What changes do to containers: the table is whole, and every undo names its container and can be performed."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from chaos.backends import LINK_BACKENDS, SERVICE_BACKENDS
from chaos.backends.docker.acts import ACTS
from chaos.backends.docker.box import Box, Figures, Seen, Was
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

OURS = Was({}, {"net-1": {"Aliases": ["web"]}, "net-2": {"Aliases": ["web"]}})
BOX = Box("web", "0123456789abcdef", {"front": "net-1", "back": "net-2"}, {"/data": 1024}, OURS, 8000)
CHANGES: dict[str, tuple[ServiceChange, list[tuple[Any, ...]]]] = {
    "kill": (EndService("SIGTERM"), [("seen",), ("kill", "SIGTERM"), ("wait", 2.0)]),
    "stop": (StopService(1.5), [("stop", 1.5)]),
    "restart": (
        RestartService("SIGTERM"),
        [("seen",), ("kill", "SIGTERM"), ("wait", 2.0), ("kill", "SIGKILL"), ("wait", 2.0), ("start", "web")],
    ),
    "pause": (PauseService(), [("pause",)]),
    "disconnect": (DisconnectService("back"), [("disconnect", "net-2")]),
    "disconnect from all": (DisconnectService(None), [("disconnect", "net-1"), ("disconnect", "net-2")]),
    "cpu": (LimitCpu(0.25), [("figures",), ("limit", {"CpuPeriod": 100_000, "CpuQuota": 25_000})]),
    "memory": (LimitMemory(10), [("limit", {"Memory": 10, "MemorySwap": 10})]),
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


LIMITS: dict[str, tuple[ServiceChange, dict[str, int], dict[str, int], str]] = {
    "cores": (
        LimitCpu(0.1),
        {"NanoCpus": 500_000_000},
        {"NanoCpus": 500_000_000},
        "update --cpus 0.5 0123456789ab",
    ),
    "a quota": (
        LimitCpu(0.1),
        {"CpuQuota": 20_000, "CpuPeriod": 50_000},
        {"CpuQuota": 20_000, "CpuPeriod": 50_000},
        "update --cpu-period 50000 --cpu-quota 20000 0123456789ab",
    ),
    "no quota": (
        LimitCpu(0.1),
        {},
        {"CpuQuota": -1, "CpuPeriod": 100_000},
        "update --cpu-period 100000 --cpu-quota -1 0123456789ab",
    ),
    "memory": (
        LimitMemory(10),
        {"Memory": 64, "MemorySwap": -1},
        {"Memory": 64, "MemorySwap": -1},
        "update --memory 64 --memory-swap -1 0123456789ab",
    ),
    "memory, and nothing of swap": (
        LimitMemory(10),
        {"Memory": 64},
        {"Memory": 64, "MemorySwap": 128},
        "update --memory 64 --memory-swap 128 0123456789ab",
    ),
}


@pytest.mark.parametrize("case", LIMITS)
def test_limits_are_put_back_to_what_they_were(case: str) -> None:
    change, was, expected, by_hand = LIMITS[case]
    (undo,) = ACTS[type(change)](change).undos(replace(BOX, was=Was(was, {})))
    assert json.loads(undo.args["limits"]) == expected
    assert undo.by_hand == by_hand


def test_a_container_that_was_given_cores_is_limited_in_cores() -> None:
    fake: Any = FakeEngine()
    ACTS[LimitCpu](LimitCpu(0.1)).inject(fake, replace(BOX, was=Was({"NanoCpus": 5}, {})))
    assert fake.calls[-1] == ("limit", {"NanoCpus": 100_000_000})


def test_a_container_gets_its_names_and_its_static_address_back() -> None:
    endpoint = {"Aliases": ["web", "shop"], "IPAMConfig": {"IPv4Address": "10.1.2.3"}}
    change = DisconnectService("back")
    (undo,) = ACTS[DisconnectService](change).undos(replace(BOX, was=Was({}, {"net-2": endpoint})))
    assert json.loads(undo.args["endpoint"]) == endpoint
    assert undo.by_hand == "network connect --alias web --alias shop --ip 10.1.2.3 net-2 0123456789ab"


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
