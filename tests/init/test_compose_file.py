"""Compose files as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaos.errors import InvalidFile
from chaos.init.compose_file import Composed, read_compose


def compose(folder: Path, text: str) -> dict[str, Composed]:
    path = folder / "compose.yaml"
    path.write_text(text)
    return {each.name: each for each in read_compose(path)}


@pytest.mark.parametrize(
    ("ports", "port"),
    [
        ('["8000:80"]', 8000),
        ("[8000:80]", 8000),
        ("[22:22]", 22),  # a base-60 number to other readers
        ('["127.0.0.1:8000:80"]', 8000),
        ('["[::1]:8000:80"]', 8000),
        ('["8000-8005:80-85"]', 8000),
        ('["8000:80/tcp"]', 8000),
        ('["53:53/udp"]', None),
        ('["53:53/udp", "8000:80"]', 8000),
        ('["80"]', None),
        ("[80]", None),
        ("[]", None),
        ("", None),
        ('[{target: 80, published: "8000"}]', 8000),
        ("[{target: 80, published: 8000, protocol: tcp}]", 8000),
        ("[{target: 80, published: 8000, protocol: udp}]", None),
        ("[{target: 80}]", None),
        ('["${PORT}:80"]', 7000),
        ('["$PORT:80"]', 7000),
        ('["${NOWHERE:-9000}:80"]', 9000),
        ('["${NOWHERE-9000}:80"]', 9000),
        ('["${PORT:-9000}:80"]', 7000),
        ('["${FROM_FILE}:80"]', 6000),
        ('["${PORT:+5000}:80"]', 5000),
        ('["${NOWHERE}:80"]', None),
        ('!override ["8000:80"]', 8000),
    ],
)
def test_the_port_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ports: str, port: int | None
) -> None:
    monkeypatch.setenv("PORT", "7000")
    (tmp_path / ".env").write_text("# a comment=1\nexport FROM_FILE='6000'\nPORT=1\n")
    assert compose(tmp_path, f"services: {{web: {{image: x, ports: {ports}}}}}")["web"].port == port


@pytest.mark.parametrize(
    "written", ["[db, cache]", "{db: {condition: service_healthy}, cache: {}}", "[db, cache, web, x]"]
)
def test_dependencies_that_are_services(tmp_path: Path, written: str) -> None:
    found = compose(tmp_path, f"services: {{web: {{depends_on: {written}}}, db: {{}}, cache: }}")
    assert found["web"].depends_on == ("db", "cache")
    assert found["db"].depends_on == ()


@pytest.mark.parametrize(
    "written",
    [
        '["DB_URL=postgres://me:hunter2@db:5432/x", "PATH=/var/db-files", DEBUG]',
        '{DB_URL: "postgres://me:hunter2@db:5432/x", PATH: "/srv/mydb", DEBUG: }',
        '{DB_URL: "postgres://me:$PASSWORD@db:5432/x"}',
    ],
)
def test_services_that_the_environment_mentions_without_its_secrets(tmp_path: Path, written: str) -> None:
    found = compose(tmp_path, f"services: {{web: {{environment: {written}}}, db: {{}}}}")
    assert found["web"].mentions == {"db": ("DB_URL",)}
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("test", "path"),
    [
        ('["CMD", "curl", "-f", "http://localhost:80/healthz"]', "/healthz"),
        ('"curl -f http://localhost/health?deep=1 || exit 1"', "/health?deep=1"),
        ('["CMD", "pg_isready"]', ""),
        ('"curl -f http://localhost"', ""),
    ],
)
def test_the_page_that_a_health_check_asks(tmp_path: Path, test: str, path: str) -> None:
    assert compose(tmp_path, f"services: {{web: {{healthcheck: {{test: {test}}}}}}}")["web"].health == path


def test_merge_keys_and_anchors_are_read(tmp_path: Path) -> None:
    text = 'x-all: &all {ports: ["8000:80"], restart: on}\nservices: {web: {<<: *all}, other: *all}\n'
    assert [each.port for each in compose(tmp_path, text).values()] == [8000, 8000]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "compose.yaml: services: there are none"),
        ("services: []", "compose.yaml: services: there are none"),
        ("- web", "compose.yaml: services: there are none"),
        ("services: {web: {", "compose.yaml:1:18: this is not YAML: "),
        ("a: \0", "compose.yaml: this is not YAML: "),
    ],
)
def test_what_is_no_compose_file_is_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InvalidFile) as error:
        compose(tmp_path, text)
    assert says in str(error.value)


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="it can't be read: No such file or directory"):
        read_compose(tmp_path / "nowhere.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe4")
    with pytest.raises(InvalidFile, match="this is not UTF-8 text"):
        read_compose(tmp_path / "latin.yaml")
