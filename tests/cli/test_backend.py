"""Which backends are chosen, and what is refused before anything is touched."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chaos.backends.links import Choice
from chaos.backends.support import backend_choice, check_services, supported
from chaos.errors import InvalidOption
from chaos.experiment.experiment import Experiment
from chaos.experiment.plan import Plan
from chaos.experiment.system import System


def plan(fault: dict[str, Any], **service: Any) -> Plan:
    system = {
        "name": "tiny",
        "services": {"web": service or {"command": "web", "image": "web"}},
        "links": {"edge": {"to": "web"}},
        "journeys": {"open": {"rate": "20/s", "steps": [{"get": "edge:/"}]}},
    }
    experiment = {
        "name": "t",
        "system": "s",
        "steady_state": {"open": {"served": ">= 1%"}},
        "faults": [{"for": "2s", **fault}],
    }
    return Plan(
        id="t",
        file="t.yaml",
        folder=".",
        vars={},
        seed=0,
        experiment=Experiment.model_validate_json(json.dumps(experiment)),
        system=System.model_validate_json(json.dumps(system)),
    )


@pytest.mark.parametrize(
    ("names", "choice"),
    [
        (None, Choice("embedded", "process")),
        (["docker"], Choice("embedded", "docker")),
        (["toxiproxy"], Choice("toxiproxy", "process")),
        (["docker", "toxiproxy-container"], Choice("toxiproxy-container", "docker")),
        (["process", "embedded", "embedded"], Choice("embedded", "process")),
    ],
)
def test_a_backend_may_be_given_for_each_kind(names: list[str] | None, choice: Choice) -> None:
    assert backend_choice(names, None) == choice


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["docker", "process"], "docker and process are both backends of services; give one of them"),
        (["toxiproxy", "embedded"], "toxiproxy and embedded are both backends of links"),
        (["dokcer"], "there is no backend 'dokcer'; did you mean docker?"),
    ],
)
def test_backends_that_make_no_sense_are_refused(names: list[str], says: str) -> None:
    with pytest.raises(InvalidOption, match=says):
        backend_choice(names, None)


@pytest.mark.parametrize(
    ("fault", "choice", "says"),
    [
        ({"service": "web", "stop": {}}, Choice(), "stop on web needs the backend docker"),
        ({"service": "web", "slow_cpu": {"share": "50%"}}, Choice(services="docker"), "needs the backend process"),
        (
            {"link": "edge", "http_delay": {"delay": "1s"}},
            Choice("toxiproxy"),
            "http_delay on edge needs the backend embedded",
        ),
    ],
)
def test_a_fault_that_the_backends_cannot_inject_names_who_can(
    fault: dict[str, Any], choice: Choice, says: str
) -> None:
    with pytest.raises(InvalidOption, match=says):
        supported([plan(fault)], choice, skip=False)
    fine = replace(plan({"link": "edge", "down": {}}), id="fine")
    remaining, skipped = supported([plan(fault), fine], choice, skip=True)
    assert remaining == (fine,)
    assert says in skipped["t"]


@pytest.mark.parametrize(
    ("service", "choice", "says"),
    [
        ({"image": "web"}, Choice(), "the service web needs a `command`, or the backend docker"),
        (
            {"command": "web"},
            Choice(services="docker"),
            "the service web needs an `image` or a `build`, or the backend process",
        ),
    ],
)
def test_a_service_that_cannot_be_started_is_refused(service: dict[str, Any], choice: Choice, says: str) -> None:
    made = plan({"link": "edge", "down": {}}, **service)
    with pytest.raises(InvalidOption, match=says):
        supported([made], choice, skip=False)
    with pytest.raises(InvalidOption, match=f"s.yaml: the backend {choice.services} can't start these services"):
        check_services("s.yaml", made.system, choice)


def test_a_service_that_already_runs_needs_no_backend() -> None:
    made = plan({"link": "edge", "down": {}}, url="http://127.0.0.1:1")
    for services in ("process", "docker"):
        assert supported([made], Choice(services=services), skip=False) == ((made,), {})
