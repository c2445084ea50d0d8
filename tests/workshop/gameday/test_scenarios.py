from __future__ import annotations

from pathlib import Path

import pytest

from chaos.backends.links import Choice
from chaos.experiment.include import load_whole
from chaos.experiment.systems import Choices, resolve_system
from chaos.live.checks import check_fault
from chaos.shipped import experiments_folder
from chaos.workshop.gameday.scenarios import EARLIEST_S, LATEST_S, PLACES, SCENARIOS, Scenario, of_seed


def test_the_same_seed_is_the_same_evening() -> None:
    assert of_seed(7) == of_seed(7)


def test_every_scenario_can_come_and_begins_within_its_time() -> None:
    found = [of_seed(seed) for seed in range(200)]
    assert {scenario.name for scenario, _ in found} == {scenario.name for scenario in SCENARIOS}
    assert all(EARLIEST_S <= begins_s <= LATEST_S for _, begins_s in found)


def test_one_has_to_look_everywhere() -> None:
    assert {scenario.place for scenario in SCENARIOS} == set(PLACES)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_demo_can_be_broken_like_that(scenario: Scenario) -> None:
    path = Path(experiments_folder().parent / "demo_app" / "system.yaml")
    system, _ = resolve_system(load_whole(path), Choices())
    check_fault(scenario.entry(), system, (), rated=True, choice=Choice())
