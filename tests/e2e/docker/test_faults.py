"""Faults of containers: each proven, each put right, and quickly."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

import pytest

from chaos.undo.engine import RUN_LABEL, Thing, engine_address, things

pytestmark = pytest.mark.system
FAULTS = {
    "kill": ("store", "kill: {}", "which were gone"),
    "stop": ("store", "stop: {grace: 1s}", "which were gone"),
    "restart": ("store", "restart: {signal: SIGKILL}", "which were another process"),
    "pause": ("store", "pause: {}", "which were stopped"),
    "disconnect": ("store", "disconnect: {}", "which were without a network"),
    "cpu": ("front", "cpu: {cores: 0.05}", "which were held back"),
    "memory": ("front", "memory: {limit: 58MiB}", "which were short of memory"),
    "disk_full": ("store", "disk_full: {path: /data}", "which were without room on its disk"),
}


def with_fault(gatecrash: Any, service: str, fault: str, lasts: str = "1s", name: str = "store") -> None:
    text = (gatecrash.folder / "experiments" / "store.yaml").read_text()
    wanted = f"service: {service}, {fault}, for: {lasts}"
    gatecrash.write(f"experiments/{name}.yaml", text.replace("service: store, pause: {}, for: 1s", wanted))


def left_over(gatecrash: Any) -> tuple[Thing, ...]:
    """Of its newest run."""
    runs = gatecrash.runs()
    return things(engine_address(), f"{RUN_LABEL}={runs[-1].name}") if runs else ()


def test_each_fault_of_a_container_is_proven_and_put_right(in_containers: Any) -> None:
    """All in one run, as each would take its time to start a runner."""
    for kind, (service, fault, _) in FAULTS.items():
        with_fault(in_containers, service, fault, name=kind)
    (in_containers.folder / "experiments" / "store.yaml").unlink()
    options = ("--jobs", "2", "--set", "flags=--hold 40", "--retry-inconclusive", "2")
    done = in_containers("run", "--backend", "docker", *options, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    proofs = {each["id"]: each["proofs"][0] for each in in_containers.results()["experiments"]}
    assert proofs.keys() == FAULTS.keys()
    for kind, (service, _, evidence) in FAULTS.items():
        assert proofs[kind]["acted"]
        assert f"the processes of {service}, {evidence}" in proofs[kind]["evidence"]
    assert not left_over(in_containers)


def kill_after(gatecrash: Any, until: Any, seconds: float, *files: str) -> None:
    """SIGKILL of the runner so long after it made its first thing: five seconds later nothing may be left."""
    before = gatecrash.runs()
    runner = gatecrash.start("run", "--backend", "docker", *files)
    until(lambda: gatecrash.runs() != before and left_over(gatecrash), "there is something to leave")
    moment = time.monotonic() + seconds
    until(lambda: time.monotonic() >= moment or runner.poll() is not None, "the moment")
    if runner.poll() is None:
        os.kill(runner.pid, signal.SIGKILL)
    killed = time.monotonic()
    runner.communicate()
    until(lambda: not left_over(gatecrash) and not gatecrash.leases, "nothing left over")
    assert time.monotonic() - killed < 5.0


def kill_at_random(gatecrash: Any, until: Any, kills: int) -> None:
    rng = random.Random(2021)
    kinds = sorted(FAULTS.keys() - {"memory"})
    for kind in kinds:
        service, fault, _ = FAULTS[kind]
        with_fault(gatecrash, service, fault, lasts="2s", name=kind)
    dealt = (kinds * kills)[:kills]
    for kind in dealt:
        kill_after(gatecrash, until, rng.uniform(0.0, 4.0), f"experiments/{kind}.yaml")


def test_a_runner_that_is_killed_leaves_no_container_network_or_volume(in_containers: Any, until: Any) -> None:
    kill_at_random(in_containers, until, 3)


@pytest.mark.nightly
def test_thirty_kills_at_random_moments_leave_nothing(in_containers: Any, until: Any) -> None:
    kill_at_random(in_containers, until, 30)
