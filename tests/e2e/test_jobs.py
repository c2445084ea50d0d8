"""Several experiments at once, each on a system of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from typing import Any

from chaos.undo.processes import identity, marked

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


def two_long_ones(gatecrash: Any, until: Any) -> Any:
    """The runner, with two experiments in their fault phase, each in a process of its own."""
    one = (gatecrash.folder / "experiments" / "store_down.yaml").read_text().replace("for: 1200ms", "for: 60s")
    one = one.replace("window: 500ms", "window: 500ms\nbaseline: {within: 60s}")
    for name in NAMES[:2]:
        gatecrash.write(f"many/{name}.yaml", one)
    events = gatecrash.folder / "events.jsonl"
    runner = gatecrash.start("run", "many", "--jobs", "2", "--events", str(events))
    until(lambda: events.exists() and events.read_text().count('"fault_injected"') == 2, "both faults", 60.0)
    return runner


def everything_of(gatecrash: Any) -> tuple[int, ...]:
    run = gatecrash.runs()[-1].name
    return tuple(pid for name in NAMES for pid in marked(f"{run}/{name}"))


def test_a_killed_runner_leaves_nothing_of_what_ran_beside_it(gatecrash: Any, until: Any) -> None:
    runner = two_long_ones(gatecrash, until)
    workers = children_of(runner.pid, "chaos.run.workers.process")
    assert len(workers) == 2
    assert everything_of(gatecrash)
    runner.kill()
    until(lambda: not everything_of(gatecrash), "all services and proxies are gone")
    until(lambda: not any(identity(pid) for pid in workers), "and so are the processes that ran the experiments")
    until(lambda: not gatecrash.leases, "nothing is open")
    assert gatecrash("rollback").returncode == 0


def test_a_killed_worker_is_an_error_of_its_experiment_alone(gatecrash: Any, until: Any) -> None:
    runner = two_long_ones(gatecrash, until)
    os.kill(children_of(runner.pid, "chaos.run.workers.process")[0], signal.SIGKILL)
    until(lambda: len(gatecrash.leases) == 1, "what it had open is undone")
    assert runner.poll() is None, "the other one goes on"
    assert everything_of(gatecrash)
    runner.send_signal(signal.SIGINT)
    output, _ = runner.communicate(timeout=20)
    assert runner.returncode == 130, output
    assert "ended by itself (signal 9); all is undone" in output
    assert sorted(each["verdict"] for each in gatecrash.results()["experiments"]) == ["aborted", "error"]
    assert not everything_of(gatecrash)
    assert not gatecrash.leases


def test_a_signal_stops_what_runs_beside_the_runner(gatecrash: Any, until: Any) -> None:
    runner = two_long_ones(gatecrash, until)
    runner.send_signal(signal.SIGINT)
    output, _ = runner.communicate(timeout=20)
    assert runner.returncode == 130, output
    assert not everything_of(gatecrash)
    assert not gatecrash.leases
    assert [each["verdict"] for each in gatecrash.results()["experiments"]] == ["aborted", "aborted"]


def children_of(pid: int, module: str) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid), "-f", module], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def test_a_system_that_was_left_as_it_was_serves_the_next_unless_asked_otherwise(gatecrash: Any) -> None:
    one = (gatecrash.folder / "experiments" / "store_down.yaml").read_text()
    for name in NAMES:
        gatecrash.write(f"many/{name}.yaml", one)

    def sessions(name: str) -> list[str]:
        """Of its system's processes, as they were recorded one after the other."""
        undos = [json.loads(line) for line in (gatecrash.runs()[-1] / name / "journal.jsonl").read_text().splitlines()]
        kept = [each["undo"]["args"] for each in undos if each["event"] == "undo_recorded"]
        return [args["sessions"] for args in kept if "sessions" in args]

    done = gatecrash("run", "many", "--jobs", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    served = {each["id"]: each["served"] for each in gatecrash.results()["experiments"]}
    assert served == {NAMES[0]: [], NAMES[1]: [], NAMES[2]: served[NAMES[2]]}
    assert served[NAMES[2]] in ([NAMES[0]], [NAMES[1]])
    assert "(on a system that had served 1 before)" in done.stdout
    assert not sessions(NAMES[0])[0]
    assert sessions(NAMES[2]) == sessions(served[NAMES[2]][0])[-1:], "it stood before the experiment began"
    assert not gatecrash.left_over()
    assert not gatecrash.leases

    done = gatecrash("run", "many", "--jobs", "2", "--fresh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not any(each["served"] for each in gatecrash.results()["experiments"])
