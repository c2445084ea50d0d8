"""Containers of runs that are gone: looked for in an engine, or it is said that nobody could look."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from chaos.doctor import left_over
from chaos.doctor.containers import remove_left_over
from chaos.undo import engine


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No engine is named, and none is installed; returns where its socket would be."""
    place = tmp_path / "engine.sock"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(engine, "DEFAULT_ENGINE", f"unix://{place}")
    return place


def test_where_there_is_no_engine_nothing_is_left_over() -> None:
    assert (left_over.containers().status, left_over.containers().says) == ("well", "none")


def unseen() -> str:
    """What is said when nobody could look; and then nothing is removed either."""
    found = left_over.containers()
    assert found.status == "note"
    assert "look again" in found.do
    assert remove_left_over() == ()
    return found.says


def test_an_engine_that_is_named_and_does_not_answer_was_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    assert unseen() == "not looked at: the engine at tcp://127.0.0.1:1 can't be asked (Connection refused)"


def test_an_engine_that_is_installed_and_down_was_not_looked_at(tmp_path: Path) -> None:
    program = tmp_path / "dockerd"
    program.touch(mode=0o755)
    assert "can't be asked (No such file or directory)" in unseen()


def test_an_engine_whose_socket_nobody_serves_was_not_looked_at(nowhere: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(nowhere))
    assert "can't be asked (Connection refused)" in unseen()


def test_an_engine_at_an_address_of_another_kind_was_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "ssh://somewhere")
    assert unseen() == "not looked at: ssh://somewhere can't be asked from here, only unix and tcp addresses can"
