"""SIGKILL of the runner at random moments, with every kind of fault there is: nothing may be left two seconds later."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos.faults import FAULTS
from chaos.undo.processes import marked

STARTS_WITHIN_S = 2.0
LASTS_S = 3.5
"""A run of two experiments of two seconds each, or of both at once, once a system of theirs is up."""
PLACES = {"link": "store", "journey": "read", "service": "store"}
EXPERIMENT = """
name: The fault {kind}
system: ../system.yaml
window: 500ms
steady_state:
  read: {{served: ">= 99%"}}
faults:
  - {entry}
during:
  read: {{served: ">= 0%"}}
recovery: {{within: 3s}}
"""
IN_CONTAINERS = {"stop", "disconnect", "cpu", "memory", "disk_full"}
KINDS = FAULTS.keys() - IN_CONTAINERS
EXAMPLES = Path(__file__).parents[1] / "faults" / "test_faults.py"


def examples() -> dict[str, dict[str, Any]]:
    """One of each kind of fault that needs no containers, as the contract of faults has them."""
    spec = importlib.util.spec_from_file_location("examples_of_faults", EXAMPLES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, dict[str, Any]] = module.EXAMPLES
    return {kind: found[kind] for kind in KINDS}


def write_experiments(gatecrash: Any) -> None:
    for kind, attributes in examples().items():
        place = FAULTS[kind].place
        entry = json.dumps({place: PLACES[place], kind: attributes, "for": "2s"})
        gatecrash.write(f"kinds/{kind}.yaml", EXPERIMENT.format(kind=kind, entry=entry))


def dealt(rng: random.Random, kills: int) -> Iterator[list[str]]:
    """Two kinds for each run; all have had their turn before one has a second."""
    waiting: list[str] = []
    for _ in range(kills):
        if len(waiting) < 2:
            waiting += rng.sample(sorted(KINDS), len(KINDS))
        yield [f"kinds/{waiting.pop(0)}.yaml" for _ in range(2)]


def left_over(gatecrash: Any) -> tuple[int, ...]:
    """Processes of all experiments of the newest run."""
    runs = gatecrash.runs()
    if not runs or not (runs[-1] / "run.json").exists():
        return ()
    names = json.loads((runs[-1] / "run.json").read_text())["experiments"]
    return tuple(pid for name in names for pid in marked(f"{runs[-1].name}/{name}"))


def kill_at_random(gatecrash: Any, until: Any, kills: int) -> None:
    rng = random.Random(2021)
    slowest = 0.0
    killed = met = 0
    write_experiments(gatecrash)
    for number, files in enumerate(dealt(rng, kills)):
        runner = gatecrash.start("run", *files, "--jobs", str(rng.choice([1, 2])))
        moment = time.monotonic() + rng.random() * STARTS_WITHIN_S
        if number % 4:  # else it may hit the start
            until(lambda runner=runner: left_over(gatecrash) or runner.poll() is not None, "a system")
            moment = time.monotonic() + rng.random() * LASTS_S
        until(
            lambda moment=moment, runner=runner: time.monotonic() >= moment or runner.poll() is not None, "the moment"
        )
        met += bool(left_over(gatecrash))
        if runner.poll() is None:
            os.kill(runner.pid, signal.SIGKILL)
            killed += 1
        since = time.monotonic()
        runner.communicate()
        until(lambda: not left_over(gatecrash) and not gatecrash.leases, "nothing left over")
        slowest = max(slowest, time.monotonic() - since)
        assert slowest < 2.0, files
    assert killed > kills * 0.8, "hardly any should have ended by itself"
    assert met > kills / 2, "most of them should have met a system that was up"
    assert gatecrash("run").returncode == 0
    print(f"{killed} kills, {met} of them with a system up; the slowest clean-up took {slowest:.2f}s")


def test_every_kind_of_fault_can_be_run(gatecrash: Any) -> None:
    write_experiments(gatecrash)
    done = gatecrash("validate", "kinds")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((gatecrash.folder / "kinds").iterdir())) == len(KINDS)


@pytest.mark.long
def test_twenty_kills_at_random_moments_leave_nothing(gatecrash: Any, until: Any) -> None:
    kill_at_random(gatecrash, until, 20)


@pytest.mark.nightly
def test_two_hundred_kills_at_random_moments_leave_nothing(gatecrash: Any, until: Any) -> None:
    kill_at_random(gatecrash, until, 200)
