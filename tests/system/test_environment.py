"""What users send from the environment, and what of it must be kept out of everything that is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chaos.errors import EnvironmentFailed
from chaos.experiment.system import System
from chaos.system.environment import secrets_of, with_environment

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


def test_a_system_without_any_stays_the_very_same() -> None:
    plain = system({"get": "edge:/"})
    assert with_environment(plain) is plain


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKEN_OF_USERS", raising=False)
    with pytest.raises(EnvironmentFailed, match="needs the environment variable TOKEN_OF_USERS, which is not set"):
        with_environment(system())


def test_secrets_are_those_of_services_and_of_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_OF_USERS", "token-1")
    monkeypatch.setenv("KEY_OF_WEB", "key-2")
    monkeypatch.setenv("OTHER", "other-3")
    assert secrets_of(system()).mask("token-1 key-2 other-3") == "{env.TOKEN_OF_USERS} {env.KEY_OF_WEB} other-3"
