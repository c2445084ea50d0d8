"""SIGKILL of the runner at random moments, with every kind of fault there is: nothing may be left two seconds later."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import signal
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos.faults import FAULTS
from tests.e2e.conftest import call

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
OF_TOXIPROXY = frozenset(
    [
        "down",
        "latency",
        "hang",
        "timeout",
        "reset_peer",
        "bandwidth",
        "slow_close",
        "slicer",
        "limit_data",
        "kill",
        "surge",
    ]
)
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


def dealt(rng: random.Random, kills: int, kinds: Collection[str]) -> Iterator[list[str]]:
    """Two kinds for each run; all have had their turn before one has a second."""
    waiting: list[str] = []
    for _ in range(kills):
        if len(waiting) < 2:
            waiting += rng.sample(sorted(kinds), len(kinds))
        yield [f"kinds/{waiting.pop(0)}.yaml" for _ in range(2)]


def kill_at_random(
    gatecrash: Any,
    until: Any,
    kills: int,
    *options: str,
    kinds: Collection[str] = KINDS,
    as_before: Callable[[], bool] = lambda: True,
) -> None:
    """`as_before`: nothing is left where no process of ours would show it."""
    rng = random.Random(2021)
    slowest = 0.0
    killed = met = 0
    write_experiments(gatecrash)
    for number, files in enumerate(dealt(rng, kills, kinds)):
        runner = gatecrash.start("run", *files, "--jobs", str(rng.choice([1, 2])), *options)
        moment = time.monotonic() + rng.random() * STARTS_WITHIN_S
        if number % 4:  # else it may hit the start
            until(lambda runner=runner: gatecrash.left_over() or runner.poll() is not None, "a system")
            moment = time.monotonic() + rng.random() * LASTS_S
        until(
            lambda moment=moment, runner=runner: time.monotonic() >= moment or runner.poll() is not None, "the moment"
        )
        met += bool(gatecrash.left_over())
        if runner.poll() is None:
            os.kill(runner.pid, signal.SIGKILL)
            killed += 1
        since = time.monotonic()
        runner.communicate()
        until(lambda: not gatecrash.left_over() and not gatecrash.leases and as_before(), "nothing left over")
        slowest = max(slowest, time.monotonic() - since)
        assert slowest < 2.0, files
    assert killed > kills * 0.8, "hardly any should have ended by itself"
    assert met > kills / 2, "most of them should have met a system that was up"
    assert gatecrash("run", *options).returncode == 0
    assert as_before()
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


@pytest.mark.nightly
def test_forty_kills_leave_somebody_elses_toxiproxy_as_it_was(gatecrash: Any, until: Any, url: str) -> None:
    """Nothing there ends with our processes: proxies and toxics have to be taken away."""
    before = call(url, "/proxies")
    options = ("--backend", "toxiproxy", "--toxiproxy-url", url)
    kill_at_random(
        gatecrash, until, 40, *options, kinds=OF_TOXIPROXY, as_before=lambda: call(url, "/proxies") == before
    )
