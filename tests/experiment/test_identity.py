"""By what two runs know that they did the same thing."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from chaos.experiment.identity import plan_sha256
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices


@pytest.fixture
def plan(folder: Any) -> Any:
    (found,) = make_plans([folder.write()], Choices()).plans
    return found


def test_where_its_files_are_and_what_they_call_it_do_not_matter(plan: Any) -> None:
    words = plan.experiment.model_copy(update={"name": "x", "why": "y", "tags": ("z",), "catches": ("q",)})
    other = dataclasses.replace(plan, id="x", file="/x.yaml", folder="/", seed=7, experiment=words)
    assert plan_sha256(other) == plan_sha256(plan)


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: {"experiment": plan.experiment.model_copy(update={"samples": 21})},
        lambda plan: {"experiment": plan.experiment.model_copy(update={"faults": plan.experiment.faults * 2})},
        lambda plan: {"system": plan.system.model_copy(update={"name": "other"})},
        lambda plan: {"vars": {"mode": "other"}},
        lambda plan: {"muted": True},
    ],
)
def test_everything_that_a_figure_depends_on_does(plan: Any, change: Any) -> None:
    assert plan_sha256(dataclasses.replace(plan, **change(plan))) != plan_sha256(plan)
