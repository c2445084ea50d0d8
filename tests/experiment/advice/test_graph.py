"""Which links a journey comes by, read from addresses in the system file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chaos.experiment.advice.graph import links_reached, place_of
from chaos.experiment.request import Request
from chaos.experiment.system import System

SYSTEM: dict[str, Any] = {
    "name": "graph",
    "services": {
        "web": {"command": "web {port}", "env": {"A": "http://{links.a}"}},
        "a": {"command": "a --b {services.b} --port {port}"},
        "b": {"command": "b", "env": {"C": "{links.c}", "A": "{links.back}"}},
        "c": {"command": "c"},
        "lone": {"command": "lone", "env": {"FAR": "{links.far}"}},
    },
    "links": {
        "edge": {"to": "web"},
        "a": {"to": "a"},
        "c": {"to": "c"},
        "back": {"to": "web"},
        "far": {"to": "c"},
        "other": {"to": "c"},
    },
    "journeys": {
        "all": {"rate": "1/s", "steps": [{"get": "edge:/"}]},
        "direct": {"rate": "1/s", "steps": [{"get": "service:b:/"}]},
        "named": {"rate": "1/s", "steps": [{"get": "link:other:/"}]},
        "two": {"rate": "1/s", "steps": [{"get": "other:/"}, {"post": "service:lone:/x"}]},
    },
}


@pytest.mark.parametrize(
    ("journeys", "reached"),
    [
        (["all"], {"edge", "a", "c", "back"}),
        (["direct"], {"c", "back", "a"}),
        (["named"], {"other"}),
        (["two"], {"other", "far"}),
        (["named", "all"], {"other", "edge", "a", "c", "back"}),
        ([], set()),
    ],
)
def test_links_are_followed_through_services(journeys: list[str], reached: set[str]) -> None:
    assert links_reached(System.model_validate_json(json.dumps(SYSTEM)), journeys) == reached


def test_a_service_that_runs_already_may_lead_anywhere() -> None:
    services = {**SYSTEM["services"], "a": {"url": "http://127.0.0.1:9"}}
    system = System.model_validate_json(json.dumps({**SYSTEM, "services": services}))
    assert links_reached(system, ["all"]) == set(SYSTEM["links"])
    assert links_reached(system, ["named"]) == {"other"}


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("edge:/", ("links", "edge")),
        ("link:edge:/x", ("links", "edge")),
        ("service:web:/x", ("services", "web")),
    ],
)
def test_a_target_says_where_it_goes(target: str, place: tuple[str, str]) -> None:
    assert place_of(Request(get=target), "links") == place
