"""What users send from the environment, and what of it must be kept out of everything that is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chaos.errors import EnvironmentFailed
from chaos.experiment.experiment import Experiment
from chaos.experiment.plan import Plan
from chaos.experiment.system import System
from chaos.system.environment import plan_with_environment, secrets_of, with_environment

STEP = {"get": "edge:/?t={env.TOKEN_OF_USERS}", "headers": {"Authorization": "Bearer {env.TOKEN_OF_USERS}"}}


def system(*steps: dict[str, Any]) -> System:
    found = {
        "name": "tiny",
        "services": {"web": {"command": "web {port}", "env": {"KEY": "{env.KEY_OF_WEB}"}}},
        "links": {"edge": {"to": "web"}},
        "journeys": {"open": {"rate": "1/s", "steps": steps or [STEP]}},
    }
    return System.model_validate_json(json.dumps(found))


def test_requests_get_their_values_and_services_keep_their_placeholders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_OF_USERS", 'a "token"')
    filled = with_environment(system())
    (step,) = filled.journeys["open"].steps
    assert step.headers == {"Authorization": 'Bearer a "token"'}
    assert step.target == 'edge:/?t=a "token"'
    assert filled.services["web"].env == {"KEY": "{env.KEY_OF_WEB}"}
    assert filled.journeys["open"].rate == 1.0


def test_a_system_without_any_stays_as_it_is() -> None:
    plain = system({"get": "edge:/"})
    assert with_environment(plain) == plain


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKEN_OF_USERS", raising=False)
    message = r"^journeys\.open of the system needs the environment variable TOKEN_OF_USERS, which is not set$"
    with pytest.raises(EnvironmentFailed, match=message):
        with_environment(system())


def test_a_value_that_can_not_stand_there_is_told_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_OF_USERS", "two\nlines")
    with pytest.raises(EnvironmentFailed, match=r"journeys\.open\.steps.*the value of TOKEN_OF_USERS") as failed:
        with_environment(system())
    assert "lines" not in str(failed.value)


PROBES = {
    "queue": {"get": "web:/stats?t={env.PROBE_TOKEN}", "headers": {"X-Key": "{env.PROBE_KEY}"}},
    "backlog": {"command": "check --token {env.PROBE_TOKEN}"},
    "alerts": {"prometheus": "web", "query": 'sum(alerts{team="{env.PROBE_TEAM}"})'},
}
BY_RULES = {
    "gates": {"age": {"asks": "{env.GATE_TEXT}"}},
    "rules": {"canaries": ["{env.CANARY}"]},
}
VALUES = {
    "PROBE_TOKEN": "it's a token",
    "PROBE_KEY": "key-1",
    "PROBE_TEAM": "team-1",
    "STATUS_TOKEN": "status-1",
    "GATE_TEXT": "How old?",
    "CANARY": "canary-1",
}


@pytest.fixture
def set_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)


def plan(*probes: str, looks: bool = True) -> Plan:
    """Makes claims of these probes, and of the status page if it `looks`."""
    experiment = {
        "name": "tiny",
        "system": "system.yaml",
        "steady_state": {"open": {"served": ">= 99%"}},
        "faults": [{"link": "edge", "hang": {}, "for": "2s"}],
        "probes": {name: {"during": "<= 3"} for name in probes},
        **({"detect": {"told": "<= 2s"}} if looks else {}),
    }
    status = {"status": {"get": "web:/status?t={env.STATUS_TOKEN}", "well": "all is well"}}
    made = system({"get": "edge:/"}).model_dump(mode="json", by_alias=True, exclude_none=True)
    return Plan(
        id="tiny",
        file="tiny.yaml",
        folder="/",
        vars={},
        seed=1,
        experiment=Experiment.model_validate_json(json.dumps(experiment)),
        system=System.model_validate_json(json.dumps({**made, **BY_RULES, "probes": PROBES, "detect": status})),
    )


@pytest.mark.usefixtures("set_all")
def test_probes_the_status_page_and_rules_get_their_values() -> None:
    filled = plan_with_environment(plan(*PROBES)).system
    assert filled.probes["queue"].get == "web:/stats?t=it's a token"
    assert filled.probes["queue"].headers == {"X-Key": "key-1"}
    assert filled.probes["alerts"].query == 'sum(alerts{team="team-1"})'
    assert filled.detect.status is not None
    assert filled.detect.status.get == "web:/status?t=status-1"
    assert (filled.gates["age"].asks, filled.rules.canaries) == ("How old?", ("canary-1",))


@pytest.mark.usefixtures("set_all")
def test_a_command_is_filled_only_when_it_has_been_split() -> None:
    made = plan("backlog")
    assert plan_with_environment(made).system.probes["backlog"] == made.system.probes["backlog"]


@pytest.mark.usefixtures("set_all")
@pytest.mark.parametrize(
    ("missing", "where"),
    [
        ("PROBE_KEY", "probes.queue"),
        ("PROBE_TOKEN", "probes.backlog"),
        ("STATUS_TOKEN", "detect.status"),
        ("GATE_TEXT", "gates.age"),
        ("CANARY", "rules"),
    ],
)
def test_what_is_asked_must_have_its_variables(monkeypatch: pytest.MonkeyPatch, missing: str, where: str) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(EnvironmentFailed, match=f"^{where} of the system needs the environment variable {missing},"):
        plan_with_environment(plan("backlog", "queue"))


@pytest.mark.usefixtures("set_all")
def test_what_is_not_asked_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROBE_TOKEN", "PROBE_KEY", "STATUS_TOKEN"):
        monkeypatch.delenv(name)
    made = plan(looks=False)
    assert plan_with_environment(made).system.probes == made.system.probes


@pytest.mark.usefixtures("set_all")
def test_secrets_are_also_those_of_probes_the_status_page_and_rules() -> None:
    assert secrets_of(plan().system).mask(" ".join(VALUES.values())) == " ".join(f"{{env.{name}}}" for name in VALUES)


def test_secrets_are_those_of_services_and_of_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_OF_USERS", "token-1")
    monkeypatch.setenv("KEY_OF_WEB", "key-2")
    monkeypatch.setenv("OTHER", "other-3")
    assert secrets_of(system()).mask("token-1 key-2 other-3") == "{env.TOKEN_OF_USERS} {env.KEY_OF_WEB} other-3"
