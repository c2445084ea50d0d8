"""A wall clock that is set while an experiment runs is nobody's business: every duration is the monotonic clock's."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import pytest

JUMPING = """
import time

real, since = time.time_ns, time.monotonic


def jumping():
    step = int(since() * 10) * 2654435761 % 172_800 - 86_400
    return real() + step * 1_000_000_000


time.time_ns = jumping
time.time = lambda: jumping() / 1e9
"""
"""Ten times a second it is set anew, by up to a day ahead or back, in each process of its own accord."""
LOOK = """
import time
first = time.time()
while abs(time.time() - first) < 60:
    pass
"""
"""Ends when the clock was set; at once, as clocks go."""


@pytest.fixture
def jumping(gatecrash: Any) -> Any:
    """Runner, proxy, guardian and the app itself have such a clock."""
    gatecrash.write("clock/sitecustomize.py", JUMPING)
    gatecrash.env["PYTHONPATH"] = str(gatecrash.folder / "clock")
    subprocess.run([sys.executable, "-c", LOOK], env=gatecrash.env, timeout=20, check=True)
    return gatecrash


def test_a_wall_clock_that_is_set_during_a_run_changes_nothing(jumping: Any) -> None:
    began = time.monotonic()
    done = jumping("run", "--retry-inconclusive", "3")
    took_s = time.monotonic() - began
    assert done.returncode == 0, done.stdout + done.stderr
    (verdict,) = jumping.results()["experiments"]
    assert verdict["verdict"] == "passed"
    assert 1.2 < verdict["took_s"] < took_s
    (journal,) = (jumping.runs()[-1] / verdict["id"]).glob("*.jsonl")
    events = [json.loads(line) for line in journal.read_text().splitlines()]
    moments = [event["at_s"] for event in events if "at_s" in event]
    assert moments
    assert all(0 <= moment < took_s for moment in moments)
    samples = [event for event in events if event["event"] == "sample"]
    assert samples
    assert all(0 <= sample["took_s"] < took_s for sample in samples)
    (injected,) = (event["at_s"] for event in events if event["event"] == "fault_injected")
    (undone,) = (event["issued_s"] for event in events if event["event"] == "fault_undone")
    assert 1.2 <= undone - injected < took_s
