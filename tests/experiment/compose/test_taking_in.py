"""A system of a project that runs: what its services are, and what can't be one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from chaos.errors import InvalidFile
from chaos.experiment.systems import Choices, Systems

SYSTEM = """
name: shop
compose: %s
services: {web: {ready: {get: /}}, db: {running: shop-db-1, port: 5432}, auth: {url: "http://127.0.0.1:1"}%s}
links: {edge: {to: web}}
journeys: {read: {rate: 1/s, steps: [{get: "edge:/"}]}}
"""


def resolved(folder: Path, compose: str = "{project: shop}", more: str = "") -> Any:
    path = folder / "system.yaml"
    path.write_text(SYSTEM % (compose, more))
    return Systems(Choices()).resolved(path, {})[0]


def test_services_that_say_nothing_else_run_in_the_project_under_their_names(tmp_path: Path) -> None:
    system = resolved(tmp_path)
    assert system.project == "shop"
    assert {name: each.running for name, each in system.services.items()} == {
        "web": "web",
        "db": "shop-db-1",
        "auth": None,
    }
    assert all(each.runs_already for each in system.services.values())
    assert type(system).model_validate_json(system.model_dump_json(by_alias=True, exclude_none=True)) == system


NO = "the name of a compose file was expected, or {project: NAME} for a project that runs already"
WRONG: dict[str, tuple[str, str, str]] = {
    "another key": ("{projekt: shop}", "", NO),
    "one more key": ("{project: shop, file: x}", "", NO),
    "nothing in it": ("{}", "", NO),
    "a number": ("3", "", NO),
    "an empty name": ('{project: ""}', "", "a text was expected, not an empty one"),
    "something to start": (
        "{project: shop}",
        ", c: {command: x}",
        "services.c: beside the project shop, which runs, nothing is started; write {}, or give it a `url`",
    ),
    "what only a start could heed": (
        "{project: shop}",
        ", c: {running: c, env: {A: b}, tmpfs: {/d: 1MiB}}",
        "services.c: a service of a project that runs (`running`) is taken as it is; take out env, tmpfs",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_can_not_be_meant_is_told(tmp_path: Path, case: str) -> None:
    compose, more, message = WRONG[case]
    with pytest.raises(InvalidFile) as invalid:
        resolved(tmp_path, compose, more)
    assert message in str(invalid.value)


def test_a_service_that_runs_in_a_project_needs_one(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text("services: {web: {image: web}}")
    with pytest.raises(
        InvalidFile, match=re.escape("for services of a compose project; say which: compose: {project: NAME}")
    ):
        resolved(tmp_path, "docker-compose.yml")
