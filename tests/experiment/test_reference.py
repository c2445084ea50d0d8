"""The reference page and the schemas for editors are made from the models."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest
import yaml

from chaos.experiment.experiment import Experiment
from chaos.experiment.reference import as_markdown, json_schema
from chaos.experiment.system import System
from chaos.faults import FAULTS
from chaos.measures import MEASURES

FILES: dict[type[Any], str] = {
    Experiment: """
name: The database hangs
system: system.yaml
steady_state: {open: {served: ">= 99%"}}
faults:
  - {link: db, bandwidth: {rate: 20KB/s, stream: upstream}, only: {connection: 1}, for: 2s}
  - {journey: open, surge: {times: 3}, every: 3s, times: 2, for: 2s}
""",
    System: """
name: shop
services: {web: {command: "web {port}"}}
links: {edge: {to: web}}
users: {known: {count: 20}}
journeys:
  open: {clients: 5, connections: keep, browser: false, steps: [{get: "edge:/", expect: {status: [200, 201]}}]}
""",
}


@cache
def validator(model: type[Any]) -> Any:
    return jsonschema.Draft202012Validator(json.loads(json_schema(model)))


def errors(model: type[Any], *changes: tuple[str, str]) -> list[str]:
    text = FILES[model]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [error.json_path for error in validator(model).iter_errors(yaml.safe_load(text))]


def test_the_page_knows_every_fault_and_every_measure() -> None:
    page = as_markdown()
    for name in (*FAULTS, *MEASURES, "within", "acknowledge"):
        assert f"| `{name}` |" in page


@pytest.mark.parametrize("model", FILES)
def test_what_an_include_brings_need_not_stand_in_the_file(model: type[Any]) -> None:
    assert errors(model) == []
    assert errors(model, (FILES[model], "include: _common.yaml")) == []
    assert len(errors(model, (FILES[model], "{}"))) == len(
        [each for each in model.model_fields.values() if each.is_required()]
    )


def test_what_a_compose_file_brings_are_services() -> None:
    services = 'services: {web: {command: "web {port}"}}'
    assert errors(System, (services, "compose: compose.yaml")) == []
    assert errors(System, (services, "")) == ["$"]
    assert errors(System, (services, "compose: compose.yaml"), ("links: {edge: {to: web}}", "")) == ["$"]


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (System, [("count: 20", 'count: "{vars.n}"')]),
        (System, [("clients: 5", 'clients: "{vars.many-users}"')]),
        (System, [("connections: keep", 'connections: "{vars.n}"')]),
        (System, [("browser: false", 'browser: "{vars.n}"')]),
        (System, [("[200, 201]", '"{vars.n}"')]),
        (System, [("201]", '"{vars.n}"]')]),
        (Experiment, [("surge: {times: 3}", 'surge: {times: "{matrix.n}"}'), ("times: 2", 'times: "{matrix.n}"')]),
        (Experiment, [("stream: upstream", 'stream: "{matrix.n}"')]),
        (Experiment, [("connection: 1", 'connection: "{matrix.n}"')]),
        (Experiment, [("name:", 'samples: "{matrix.n}"\ncontrol: "{matrix.n}"\nname:')]),
    ],
)  # fmt: skip
def test_a_placeholder_may_stand_where_a_value_is_put_in_before_the_file_is_read(
    model: type[Any], changes: list[tuple[str, str]]
) -> None:
    assert errors(model, *changes) == []


@pytest.mark.parametrize(
    ("model", "change", "where"),
    [
        (System, ("count: 20", 'count: "20"'), "$.users.known.count"),
        (System, ("count: 20", 'count: "{matrix.n}"'), "$.users.known.count"),
        (System, ("count: 20", 'count: "{vars.n}0"'), "$.users.known.count"),
        (System, ("count: 20", "count: 0"), "$.users.known.count"),
        (System, ("connections: keep", "connections: kept"), "$.journeys.open.connections"),
        (Experiment, ("surge: {times: 3}", 'surge: {times: "{vars.n}"}'), "$.faults[1]"),
        (Experiment, ("stream: upstream", "stream: up"), "$.faults[0]"),
    ],
)  # fmt: skip
def test_other_texts_are_no_values(model: type[Any], change: tuple[str, str], where: str) -> None:
    assert len(found := errors(model, change)) == 1
    assert found[0].startswith(where)
