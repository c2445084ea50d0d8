"""How many experiments run at once, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chaos.run.at_once import AtOnce, at_once

LOCAL = {"services": {"web": {"command": "web"}}, "audit": {}}


def visited(plan: Any, rate: str, faults: Any = None) -> Any:
    journey = {"rate": rate, "timeout": "1s", "steps": [{"get": "edge:/"}]}
    return plan(faults=faults, journeys={"save": journey}, **LOCAL)


SURGE = [{"journey": "save", "surge": {"times": 5}, "for": "2s"}]
AUTO: dict[str, tuple[str, Any, int, int, float, int]] = {
    "few users": ("5/s", None, 24, 2, 0.0, 10),
    "more users, fewer at once": ("40/s", None, 24, 2, 0.0, 5),
    "more cores, more at once": ("40/s", None, 24, 4, 0.0, 10),
    "somebody else uses the machine": ("40/s", None, 24, 2, 0.8, 3),
    "and all of it": ("40/s", None, 24, 2, 7.0, 2),
    "a surge counts as it comes": ("40/s", SURGE, 24, 2, 0.0, 1),
    "no more than there are": ("5/s", None, 3, 8, 0.0, 3),
    "there is an end to it": ("5/s", None, 500, 64, 0.0, 32),
}


@pytest.mark.parametrize("case", AUTO)
def test_auto_goes_by_cores_and_users(plan: Any, case: str) -> None:
    rate, faults, count, cores, busy, expected = AUTO[case]
    found = at_once([visited(plan, rate, faults)] * count, None, cores=cores, busy=busy)
    assert found.jobs == expected
    assert f"{expected} at once on {cores} cores" in found.why


def test_clients_that_wait_for_each_other_may_keep_a_core_busy(plan: Any) -> None:
    closed = plan(journeys={"save": {"clients": 3, "timeout": "1s", "steps": [{"get": "edge:/"}]}}, **LOCAL)
    assert at_once([closed] * 9, None, cores=2, busy=0.0).jobs == 2


def test_a_number_is_taken_as_it_is_said(plan: Any) -> None:
    assert at_once([visited(plan, "500/s")] * 9, 7, cores=1) == AtOnce(7)
    assert at_once([visited(plan, "500/s")] * 2, 7, cores=1) == AtOnce(2)


@pytest.mark.parametrize("asked", [None, 4])
def test_a_system_that_runs_already_meets_one_experiment_at_a_time(plan: Any, asked: int | None) -> None:
    found = at_once([visited(plan, "5/s"), plan()], asked, cores=8)
    assert found.jobs == 1
    assert "one at a time: store already runs (url)" in found.why
    assert at_once([plan()], 1) == AtOnce(1), "nobody asked for more"


def test_a_control_takes_as_much_again(plan: Any) -> None:
    alone = visited(plan, "40/s")
    both = replace(alone, experiment=alone.experiment.model_copy(update={"control": True}))
    assert at_once([alone] * 24, None, cores=4, busy=0.0).jobs == 10
    assert at_once([both] * 24, None, cores=4, busy=0.0).jobs == 5
