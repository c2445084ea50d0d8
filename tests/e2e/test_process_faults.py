"""Faults of processes on the tiny app: proven, taken back, and gone with a runner that is killed meanwhile."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

import pytest

from chaos.undo.processes import marked

CLAIM = "during:\n  read: {broken: 0%}\n"
AUDIT = "audit:\n  notes: {lost: 0, duplicated: 0}\n"
FAULTS = {
    "kill": ("kill: {}", "the processes of store, which were gone"),
    "end": ("kill: {signal: SIGTERM}", "the processes of store, which were gone"),
    "pause": ("pause: {}", "the processes of store, which were stopped"),
    "restart": ("restart: {}", "the processes of store, which were another process"),
    "slow_cpu": ("slow_cpu: {share: 60%}", "of the time; its links carried"),
}


def with_fault(gatecrash: Any, fault: str, lasts: str = "1200ms") -> None:
    """Nothing is claimed but that all is well again: the tiny store keeps its notes in memory."""
    path = gatecrash.folder / "experiments" / "store_down.yaml"
    text = path.read_text().replace("link: store, down: {}, for: 1200ms", f"service: store, {fault}, for: {lasts}")
    path.write_text(text.replace(CLAIM, "").replace(AUDIT, ""))


def test_a_fault_of_a_process_is_proven_and_taken_back(gatecrash: Any, together: Any) -> None:
    faults = {kind: f"service: store, {fault}" for kind, (fault, _) in FAULTS.items()}
    done, verdicts = together(faults, old="link: store, down: {}", without=[CLAIM, AUDIT])
    assert done.returncode == 0, done.stdout + done.stderr
    for kind, (_, evidence) in FAULTS.items():
        (proof,) = verdicts[kind]["proofs"]
        assert proof["acted"], kind
        assert evidence in proof["evidence"]
    assert not gatecrash.left_over()
    assert not gatecrash.leases


def test_a_service_that_nobody_reaches_proves_nothing(gatecrash: Any) -> None:
    system = gatecrash.folder / "system.yaml"
    text = system.read_text().replace(
        "services:\n", 'services:\n  idle: {command: "{python} -m http.server {port} -b 127.0.0.1"}\n'
    )
    system.write_text(text.replace("unused: {to: store}", "unused: {to: idle}"))
    with_fault(gatecrash, "pause: {}")
    path = gatecrash.folder / "experiments" / "store_down.yaml"
    path.write_text(path.read_text().replace("service: store", "service: idle"))
    done = gatecrash("run")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "no link to idle carried anything in the baseline" in done.stdout


@pytest.mark.parametrize("kind", FAULTS)
def test_a_runner_that_is_killed_meanwhile_leaves_nothing_stopped_or_orphaned(
    gatecrash: Any, until: Any, kind: str
) -> None:
    with_fault(gatecrash, FAULTS[kind][0], lasts="60s")
    events = gatecrash.folder / "events.jsonl"
    runner = gatecrash.start("run", "--events", str(events))
    until(lambda: injected(events) or runner.poll() is not None, "the fault is injected")
    assert runner.poll() is None, runner.communicate()[0]
    ours = {*gatecrash.left_over(), *marked(f"{gatecrash.mark()}/slow_cpu on store")}
    os.kill(runner.pid, signal.SIGKILL)
    killed = time.monotonic()
    until(lambda: not gatecrash.left_over() and not gatecrash.leases, "nothing left over")
    assert time.monotonic() - killed < 3.0
    assert not marked(f"{gatecrash.mark()}/slow_cpu on store")
    assert ours


def injected(events: Any) -> bool:
    if not events.exists():
        return False
    lines = [line for line in events.read_text().splitlines() if line.endswith("}")]
    return any(json.loads(line)["event"] == "fault_injected" for line in lines)
