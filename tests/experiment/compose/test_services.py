"""Compose files as services of a system file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chaos.errors import InvalidFile
from chaos.experiment.compose.services import IGNORED, UNDERSTOOD, read_services
from chaos.experiment.include import load_whole


def keys(folder: Path, service: str) -> Any:
    path = folder / "compose.yaml"
    path.write_text(f"services: {{web: {service}}}")
    return read_services(path)["web"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{image: redis}", {"image": "redis"}),
        ("{build: ./app}", {"build": {"context": "./app"}}),
        (
            "{build: {context: ., dockerfile: D, target: t, args: [A=1]}}",
            {"build": {"context": ".", "dockerfile": "D", "target": "t", "args": {"A": "1"}}},
        ),
        ("{command: [a, b c]}", {"command": "a 'b c'"}),
        ("{command: a $$HOME}", {"command": "a $HOME"}),
        ("{environment: [A=1, B]}", {"env": {"A": "1", "B": ""}}),
        ("{env_file: a.env, environment: {A: 2}}", {"env": {"A": "2", "C": "3"}}),
        ('{ports: ["127.0.0.1:8000:80", "9000:90"]}', {"port": 80}),
        ('{expose: ["7000"], ports: ["80"]}', {"port": 80}),
        ("{expose: [7000]}", {"port": 7000}),
        ("{networks: {back: {aliases: [x]}, front: }}", {"networks": ["back", "front"]}),
        ("{depends_on: {db: {condition: service_healthy}}}", {"depends_on": ["db"]}),
        ("{labels: [tier=back]}", {"labels": {"tier": "back"}}),
        ("{tmpfs: /run}", {"tmpfs": {"/run": "64MiB"}}),
        ('{tmpfs: ["/run:size=8m,mode=755"]}', {"tmpfs": {"/run": "8MiB"}}),
        ("{volumes: [{type: tmpfs, target: /x, tmpfs: {size: 1g}}, data:/data]}", {"tmpfs": {"/x": "1GiB"}}),
        ("{healthcheck: {test: curl -f http://localhost/ok}}", {"ready": {"get": "/ok"}}),
        (
            "{healthcheck: {test: [CMD, pg_isready], interval: 1m30s, retries: 3}}",
            {"healthcheck": {"test": ["pg_isready"], "interval": "90s", "retries": 3}},
        ),
        ("{healthcheck: {test: [CMD-SHELL, a || b]}}", {"healthcheck": {"test": "a || b"}}),
        ("{healthcheck: {test: [NONE]}}", {}),
        ("{restart: always, deploy: {replicas: 3}, x-mine: 1}", {}),
    ],
)
def test_what_is_understood_is_what_the_system_file_would_say(tmp_path: Path, written: str, expected: Any) -> None:
    (tmp_path / "a.env").write_text("A=1\nC=3\n")
    assert keys(tmp_path, written) == expected


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{privileged: true}", "services.web.privileged: privileged is not understood here; known are: build, command"),
        ("{imgae: x}", "services.web.imgae: imgae is not understood here; did you mean image?"),
        (
            "{volumes: [./data:/data]}",
            "./data:/data is a folder of this machine; copy it into",
        ),
        ("{build: {context: ., ssh: default}}", "services.web.build: ssh is not understood here"),
        ("{env_file: nowhere.env}", "services.web.env_file: there is no file"),
        ("{tmpfs: /run:size=much}", "'much' is no size; write it like 64m"),
        ("{healthcheck: {test: x, interval: soon}}", "'soon' is no duration; write it like 1m30s"),
    ],
)
def test_what_is_not_understood_is_told_with_its_place(tmp_path: Path, written: str, says: str) -> None:
    with pytest.raises(InvalidFile) as error:
        keys(tmp_path, written)
    assert says in str(error.value)


def test_all_problems_of_a_file_come_in_one_go(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile) as error:
        keys(tmp_path, "{privileged: true, tmpfs: /run:size=much}")
    assert len(error.value.problems) == 2


def test_nothing_is_both_understood_and_passed_over() -> None:
    assert not UNDERSTOOD.keys() & set(IGNORED)


def test_what_the_system_file_says_itself_comes_first(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        "services: {web: {image: theirs, environment: {A: theirs, B: theirs}}, db: {image: db}, mail: {image: mail}}"
    )
    path = tmp_path / "system.yaml"
    path.write_text(
        "compose: compose.yaml\nservices:\n  web: {image: ours, env: {A: ours}}\n  mail: {url: 'http://127.0.0.1:25'}\n"
    )
    assert load_whole(path).root["services"] == {
        "web": {"image": "ours", "env": {"A": "ours", "B": "theirs"}},
        "db": {"image": "db"},
        "mail": {"url": "http://127.0.0.1:25"},
    }


def test_a_problem_with_a_service_of_a_compose_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {db: {image: x}}")
    path = tmp_path / "system.yaml"
    path.write_text("compose: compose.yaml\n")
    problem = load_whole(path).problem(("services", "db", "image"), "a reason")
    assert problem.path == tmp_path / "compose.yaml"
