"""A real run whose runner and guardian were killed: `doctor` finds what it left over, and puts it right."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest

from chaos.undo.lease import read_lease


@pytest.mark.parametrize("lease_is_lost", [False, True])
def test_doctor_repairs_what_killed_runs_left_over(gatecrash: Any, until: Any, lease_is_lost: bool) -> None:
    experiment = gatecrash.folder / "experiments" / "store_down.yaml"
    experiment.write_text(experiment.read_text().replace("for: 1200ms", "for: 60s"))
    runner = gatecrash.start("run", "--events", "events.jsonl")
    events = gatecrash.folder / "events.jsonl"
    until(lambda: events.exists() and '"fault_injected"' in events.read_text(), "the fault")
    (lease,) = gatecrash.leases
    state = read_lease(lease)
    assert state is not None
    assert gatecrash("doctor", "--repair").returncode == 0  # a live run is left alone
    assert gatecrash.left_over()
    for pid, _ in reversed(state.holders):  # the guardian first
        os.kill(pid, signal.SIGKILL)
    runner.communicate()
    if lease_is_lost:
        lease.unlink()
    found = json.loads(gatecrash("doctor", "--json").stdout)
    wrong = [check["name"] for check in found["checks"] if check["status"] == "wrong"]
    assert wrong == ["processes" if lease_is_lost else "leases", "unfinished"]
    assert gatecrash.left_over()  # looking changes nothing
    repaired = gatecrash("doctor", "--repair")
    assert repaired.returncode == 0, repaired.stdout + repaired.stderr
    assert not gatecrash.left_over()
    assert not gatecrash.leases
    assert not gatecrash.runs()
