"""Several experiments at once, each on a system of its own."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

NAMES = ("a_store_down", "b_store_down", "c_store_down")


def test_two_at_once_have_their_own_systems_and_results_in_file_order(gatecrash: Any) -> None:
    one = (gatecrash.folder / "experiments" / "store_down.yaml").read_text()
    for name in NAMES:
        gatecrash.write(f"many/{name}.yaml", one)
    done = gatecrash("run", "many", "--jobs", "2", "--events", "events.jsonl")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [experiment["id"] for experiment in gatecrash.results()["experiments"]] == [*NAMES]
    assert gatecrash("report").returncode == 0

    began, ended = {}, {}
    for number, line in enumerate((gatecrash.folder / "events.jsonl").read_text().splitlines()):
        event = json.loads(line)
        if event["event"] == "run_started":
            began[event["experiment"]] = number
        elif event["event"] == "run_ended":
            ended[event["experiment"]] = number
    assert began[NAMES[1]] < ended[NAMES[0]], "the second did not wait for the first"
    assert began[NAMES[2]] > min(ended[name] for name in NAMES[:2]), "the third waited for one of them"
    assert not gatecrash.left_over()


def test_a_runner_that_was_stopped_for_a_while_ends_as_an_error_and_undoes_all(gatecrash: Any, until: Any) -> None:
    """What a laptop does whose lid is closed, as far as a test can do it."""
    path = gatecrash.folder / "experiments" / "store_down.yaml"
    path.write_text(path.read_text().replace("for: 1200ms", "for: 60s"))
    events = gatecrash.folder / "events.jsonl"
    runner = gatecrash.start("run", "--events", str(events))
    until(lambda: events.exists() and "fault_injected" in events.read_text(), "the fault")
    os.kill(runner.pid, signal.SIGSTOP)
    over = time.monotonic() + 5.5
    until(lambda: time.monotonic() >= over, "a while")
    assert "fault_undone" not in events.read_text()
    os.kill(runner.pid, signal.SIGCONT)
    output, _ = runner.communicate(timeout=20)
    assert runner.returncode == 3, output
    assert "Gatecrash stood still for " in output
    assert not gatecrash.left_over()
    assert not gatecrash.leases
