"""SIGKILL of the runner at random moments of a run: nothing may be left two seconds later."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

import pytest

KILLS = 200
LONGEST_RUN_S = 5.0


@pytest.mark.nightly
def test_two_hundred_kills_at_random_moments_leave_nothing(gatecrash: Any, until: Any) -> None:
    rng = random.Random(2021)
    slowest = 0.0
    for _ in range(KILLS):
        runner = gatecrash.start("run")
        moment = time.monotonic() + rng.random() * LONGEST_RUN_S
        until(
            lambda moment=moment, runner=runner: time.monotonic() >= moment or runner.poll() is not None, "the moment"
        )
        if runner.poll() is None:
            os.kill(runner.pid, signal.SIGKILL)
        killed = time.monotonic()
        runner.communicate()
        until(lambda: not gatecrash.left_over() and not gatecrash.leases, "nothing left over")
        slowest = max(slowest, time.monotonic() - killed)
        assert slowest < 2.0
    assert gatecrash("run").returncode == 0
    print(f"{KILLS} kills; the slowest clean-up took {slowest:.2f}s")
