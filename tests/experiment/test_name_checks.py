"""A name means what stands at its place: a service may be called like a journey."""

from __future__ import annotations

from typing import Any

import pytest

LIKE_A_JOURNEY = ('db: {command: "db {port}"}', 'db: {command: "db {port}"}\n  save: {command: "save {port}"}')
LEFT_OUT = ("during:", "journeys: [open]\nduring:")


@pytest.mark.parametrize("fault", ["service: save\n    pause: {}", "services: {name: save}\n    pause: {}"])
def test_a_service_that_is_called_like_a_journey_that_nobody_makes_can_be_broken(folder: Any, fault: str) -> None:
    plan = folder.plan(("link: db\n    hang: {}", fault), LEFT_OUT, system=(LIKE_A_JOURNEY,))
    assert [each.entry.on for each in plan.faults] == ["save"]


def test_a_surge_of_a_journey_that_nobody_makes_is_refused(folder: Any) -> None:
    surge = ("link: db\n    hang: {}", "journey: save\n    surge: {times: 3}")
    assert folder.problems(surge, LEFT_OUT) == [
        "hangs.yaml:6:5: faults[0].journey: nobody makes the journey save here; add it to `journeys`"
    ]
