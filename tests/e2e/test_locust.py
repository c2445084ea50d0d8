"""Users spread by Locust's master and workers, on loopback: the verdict is ours, and nothing of it is left behind."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import select
import signal
import socket
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
MINE = "read: {rate: 40/s, timeout: 800ms"
HIDE = """
import importlib.util as util
found = util.find_spec
util.find_spec = lambda name, *rest: None if name == "locust" else found(name, *rest)
"""
SPREAD = "read: {traffic: {engine: locust, users: 12, workers: 2}, think: 100ms, timeout: 800ms"


@pytest.fixture(autouse=True)
def _locust() -> None:
    if importlib.util.find_spec("locust") is not None:
        return
    extras = tomllib.loads(PYPROJECT.read_text())["project"]["optional-dependencies"]
    if os.environ.get("CI") == "true" and any(each.startswith("locust") for each in extras["dev"]):
        pytest.fail("Locust is among the development requirements, but not installed")
    pytest.skip("Locust is not installed: pip install 'gatecrash[locust]'")


def spread(gatecrash: Any, traffic: str = "") -> None:
    path = gatecrash.folder / "system.yaml"
    journey = SPREAD.replace("workers: 2", f"workers: {traffic}") if traffic else SPREAD
    assert MINE in path.read_text()
    path.write_text(path.read_text().replace(MINE, journey))


def events(gatecrash: Any) -> list[Any]:
    return [json.loads(line) for line in (gatecrash.runs()[-1] / "store_down" / "journal.jsonl").open()]


def test_a_master_and_two_workers_play_a_journey_and_every_sample_has_its_phase_and_outcome(gatecrash: Any) -> None:
    spread(gatecrash)
    done = gatecrash("run", "--retry-inconclusive", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    kept = events(gatecrash)
    samples = [event for event in kept if event["event"] == "sample" and event["journey"] == "read"]
    assert {sample["user"].partition("/")[0] for sample in samples} == {"0", "1"}
    at = {event["phase"]: event["at_s"] for event in kept if event["event"] == "phase_started"}
    (injected,) = (event["at_s"] for event in kept if event["event"] == "fault_injected")
    (undone,) = (event["issued_s"] for event in kept if event["event"] == "fault_undone")
    assert all(0 < sample["due_s"] <= sample["left_s"] <= sample["ended_s"] for sample in samples)
    during = [sample for sample in samples if injected < sample["due_s"] and sample["ended_s"] < undone]
    before = [sample for sample in samples if sample["ended_s"] < at["fault"] and sample["due_s"] > at["baseline"]]
    everybody = {f"{worker}/stranger/read-{number}" for worker in range(2) for number in range(1, 7)}
    assert everybody <= {sample["user"] for sample in before}, "all had come before the baseline began"
    assert len(during) >= 20
    assert len(before) >= 20
    assert {sample["outcome"] for sample in during} == {"degraded"}, "the workers' clocks are the run's"
    assert {sample["outcome"] for sample in before} == {"served"}
    seen = {event["fingerprint"] for event in kept if event["event"] == "answer_seen"}
    assert {sample["answer"] for sample in during} <= seen
    assert not gatecrash.left_over()


def test_what_its_users_met_fails_an_experiment_as_anybodys_would(gatecrash: Any) -> None:
    spread(gatecrash)
    done = gatecrash("run", "--retry-inconclusive", "3", "--variant", "leaking")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "read broken <= 0%" in done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Heard:
    """What several processes have said so far, read without waiting for more."""

    def __init__(self, processes: Sequence[Any]) -> None:
        self._pipes = [process.stdout.fileno() for process in processes]
        self.said = ""

    def count(self, pattern: str) -> int:
        for pipe in select.select(self._pipes, [], [], 0)[0]:
            self.said += os.read(pipe, 1 << 16).decode()
        return len(re.findall(pattern, self.said))


def test_workers_that_others_start_play_in_one_experiment_after_the_other(gatecrash: Any, until: Any) -> None:
    """In one at a time, though two are asked for; and one worker more than is expected does not disturb them."""
    port = free_port()
    spread(gatecrash, f"{{expect: 2, port: {port}}}")
    first = gatecrash.folder / "experiments" / "store_down.yaml"
    gatecrash.write("experiments/store_again.yaml", first.read_text())
    heard = Heard([gatecrash.start("worker", f"127.0.0.1:{port}", "--wait", "10min") for _ in range(3)])
    done = gatecrash("run", "--retry-inconclusive", "0", "--jobs", "2", timeout=120)
    assert done.returncode in {0, 4}, done.stdout + done.stderr
    assert f"one at a time: workers from elsewhere come to port {port}" in done.stdout
    users = {event["user"][:2] for event in events(gatecrash) if event.get("journey") == "read" and "user" in event}
    assert users == {"0/", "1/"}
    until(lambda: heard.count("played in store_again; waiting for the next") == 2, "two played in the first", 20.0)
    until(lambda: heard.count("played in store_down; waiting for the next") == 2, "two played in the second", 20.0)


def test_a_worker_that_nobody_waits_for_leaves_and_says_so(gatecrash: Any) -> None:
    done = gatecrash("worker", f"127.0.0.1:{free_port()}", "--wait", "300ms")
    assert (done.returncode, done.stdout.partition(":")[0]) == (3, "waiting for a run at 127.0.0.1")
    assert "no run waited for workers at 127.0.0.1:" in done.stderr
    assert "within 300ms" in done.stderr


def test_workers_that_do_not_come_are_an_error(gatecrash: Any) -> None:
    spread(gatecrash, f"{{expect: 1, port: {free_port()}, within: 4s}}")
    done = gatecrash("run")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "the journey read: 0 of 1 Locust workers were ready within 4s" in done.stdout
    assert not gatecrash.left_over()


def test_a_port_that_is_taken_is_an_error(gatecrash: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        spread(gatecrash, f"{{expect: 1, port: {taken.getsockname()[1]}}}")
        done = gatecrash("run")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "the Locust master of read: it can't listen at 127.0.0.1:" in done.stdout


def in_the_fault(gatecrash: Any, until: Callable[..., Any]) -> Any:
    path = gatecrash.folder / "experiments" / "store_down.yaml"
    path.write_text(path.read_text().replace("for: 1200ms", "for: 60s"))
    happens = gatecrash.folder / "events.jsonl"
    runner = gatecrash.start("run", "--events", str(happens))
    until(lambda: happens.exists() and "fault_injected" in happens.read_text(), "the fault", 40.0)
    return runner


def processes(gatecrash: Any, module: str) -> list[int]:
    words = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in gatecrash.left_over()}
    return [pid for pid, line in words.items() if module.encode() in line]


@pytest.mark.parametrize("module", ["chaos.traffic.locust.worker", "chaos.traffic.locust.master"])
def test_a_process_of_locust_that_dies_ends_the_experiment(gatecrash: Any, until: Any, module: str) -> None:
    spread(gatecrash)
    runner = in_the_fault(gatecrash, until)
    os.kill(processes(gatecrash, module)[0], signal.SIGKILL)
    output, _ = runner.communicate(timeout=30)
    assert runner.returncode == 3, output
    assert "Locust" in output
    assert not gatecrash.left_over()


def test_a_killed_runner_leaves_no_process_of_locust(gatecrash: Any, until: Any) -> None:
    spread(gatecrash)
    runner = in_the_fault(gatecrash, until)
    assert len(processes(gatecrash, "chaos.traffic.locust.")) == 3
    os.kill(runner.pid, signal.SIGKILL)
    until(lambda: not gatecrash.left_over() and not gatecrash.leases, "nothing left over", 10.0)


def test_ctrl_c_ends_master_and_workers_as_well(gatecrash: Any, until: Any) -> None:
    spread(gatecrash)
    runner = in_the_fault(gatecrash, until)
    os.kill(runner.pid, signal.SIGINT)
    output, _ = runner.communicate(timeout=30)
    assert runner.returncode == 130, output
    assert "aborted" in output
    assert not gatecrash.left_over()
    assert not gatecrash.leases


def test_without_locust_it_says_what_to_install(gatecrash: Any) -> None:
    spread(gatecrash)
    (gatecrash.folder / "hidden").mkdir()
    gatecrash.write("hidden/sitecustomize.py", HIDE)
    gatecrash.env["PYTHONPATH"] = str(gatecrash.folder / "hidden")
    for arguments in (["run"], ["worker", "127.0.0.1:1"]):
        done = gatecrash(*arguments)
        assert done.returncode == 3, done.stdout + done.stderr
        assert "pip install 'gatecrash[locust]'" in done.stdout + done.stderr


@pytest.mark.parametrize("wait", ["5", "0s", "25h"])
def test_a_worker_waits_for_a_time_that_can_be(gatecrash: Any, wait: str) -> None:
    done = gatecrash("worker", "127.0.0.1:5557", "--wait", wait)
    assert done.returncode == 2
    assert "--wait: " in done.stderr


@pytest.mark.parametrize("master", ["nowhere", "host:", ":1", "host:http", "host:70000"])
def test_a_worker_needs_an_address(gatecrash: Any, master: str) -> None:
    done = gatecrash("worker", master)
    assert done.returncode == 2
    assert "is not HOST:PORT" in done.stderr
