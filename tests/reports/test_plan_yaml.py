"""The plan as YAML: all of it, with its defaults, as it can be read again."""

from __future__ import annotations

import json
from typing import Any

import yaml

from chaos.experiment.experiment import Experiment
from chaos.reports.plan_yaml import as_yaml


def test_the_experiment_in_it_is_the_one_that_was_run(full: Any) -> None:
    plan = full().plan
    found = yaml.safe_load(as_yaml(plan))
    assert Experiment.model_validate_json(json.dumps(found["experiment"])) == plan.experiment
    assert found["seed"] == 1


def test_defaults_are_written_out_and_what_is_empty_is_not(full: Any) -> None:
    said = as_yaml(full().plan)
    assert "hang: {}" in said
    assert "within: 15.0s" in said
    assert "null" not in said
    assert said.count("{}") == 1
