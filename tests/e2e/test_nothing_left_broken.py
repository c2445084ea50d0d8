"""Whatever ends the runner, in whatever phase: no toxic, no stopped process, no orphan within two seconds."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos.undo.lease import read_lease

PHASES = {
    "starting": "undo_recorded",
    "baseline": "baseline",
    "injecting": "fault",
    "in the fault": "fault_injected",
    "recovery": "recovery",
    "audit": "audit",
}


def reached(events: Path, wanted: str) -> bool:
    """Whether that event, or the start of that phase, is in the stream of events."""
    if not events.exists():
        return False
    found = (json.loads(line) for line in events.read_text().splitlines() if line.endswith("}"))
    return any(wanted in (event["event"], event.get("phase")) for event in found)


def lengthen(gatecrash: Any) -> str:
    """Let the fault last until it is stopped; returns the experiment as it was."""
    path = gatecrash.folder / "experiments" / "store_down.yaml"
    short = str(path.read_text())
    path.write_text(short.replace("for: 1200ms", "for: 60s"))
    return short


def begin(gatecrash: Any, until: Callable[..., Any], phase: str) -> Any:
    events = gatecrash.folder / "events.jsonl"
    # What is lost is looked for until the audit's time is over, so that there is time to be killed in it.
    lossy = ["--variant", "losing"] if phase == "audit" else []
    runner = gatecrash.start("run", *lossy, "--events", str(events))
    until(lambda: reached(events, PHASES[phase]) or runner.poll() is not None, f"the phase {phase}")
    assert runner.poll() is None, runner.communicate()[0]
    return runner


@pytest.mark.parametrize("phase", PHASES)
def test_a_killed_runner_leaves_nothing_within_two_seconds(gatecrash: Any, until: Any, phase: str) -> None:
    runner = begin(gatecrash, until, phase)
    os.kill(runner.pid, signal.SIGKILL)
    killed = time.monotonic()
    until(lambda: not gatecrash.left_over() and not gatecrash.leases, "nothing left over")
    assert time.monotonic() - killed < 2.0
    assert gatecrash("report").returncode == 3  # killed: no verdict, and it says so


@pytest.mark.parametrize(
    ("number", "phase"), [(signal.SIGINT, "baseline"), (signal.SIGTERM, "in the fault"), (signal.SIGHUP, "recovery")]
)
def test_a_signal_undoes_everything_before_the_runner_ends(gatecrash: Any, until: Any, number: int, phase: str) -> None:
    runner = begin(gatecrash, until, phase)
    os.kill(runner.pid, number)
    output, _ = runner.communicate(timeout=15)
    assert runner.returncode == 128 + number, output
    assert "aborted" in output
    assert not gatecrash.left_over()
    assert not gatecrash.leases
    assert gatecrash("report").returncode == 128 + number


def test_a_second_ctrl_c_does_not_stop_the_undoing(gatecrash: Any, until: Any) -> None:
    runner = begin(gatecrash, until, "in the fault")
    for _ in range(5):
        os.kill(runner.pid, signal.SIGINT)
    output, _ = runner.communicate(timeout=15)
    assert runner.returncode == 130, output
    assert not gatecrash.left_over()


def test_rollback_repairs_what_runner_and_guardian_left_when_both_were_killed(gatecrash: Any, until: Any) -> None:
    lengthen(gatecrash)
    runner = begin(gatecrash, until, "in the fault")
    (lease,) = gatecrash.leases
    state = read_lease(lease)
    assert state is not None
    assert "nothing was left open" in gatecrash("rollback").stdout  # a live run is left alone
    assert gatecrash.left_over()
    for pid, _ in reversed(state.holders):  # the guardian first
        os.kill(pid, signal.SIGKILL)
    runner.communicate()
    assert gatecrash.left_over(), "there should be something to repair"
    healed = gatecrash("rollback")
    assert healed.returncode == 0, healed.stderr
    assert "end the system's services" in healed.stdout
    assert not gatecrash.left_over()
    assert not gatecrash.leases


def test_the_next_run_heals_first_and_says_so(gatecrash: Any, until: Any) -> None:
    short = lengthen(gatecrash)
    runner = begin(gatecrash, until, "in the fault")
    (lease,) = gatecrash.leases
    mark = gatecrash.mark()
    for pid, _ in reversed(read_lease(lease).holders):
        os.kill(pid, signal.SIGKILL)
    runner.communicate()
    gatecrash.write("experiments/store_down.yaml", short)
    after = gatecrash("run")
    assert after.returncode == 0, after.stdout + after.stderr
    assert "putting things right" in after.stdout
    assert mark != gatecrash.mark()
