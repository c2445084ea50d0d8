"""What is installed: found where it is, and told what it would be for where it is not."""

from __future__ import annotations

import http.server
import importlib.metadata
import importlib.util
import json
import os
import select
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos.doctor import installed
from chaos.doctor.check import Result
from chaos.undo.engine import PROJECT_LABEL

Serve = Callable[[Any, bytes], str]


def test_this_machine_has_what_is_needed() -> None:
    assert [look().status for look in (installed.python, installed.proc)] == ["well", "well"]


def test_an_old_python_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 9))
    assert installed.python().status == "wrong"
    assert "3.11 or later" in installed.python().do


@pytest.mark.parametrize(
    ("module", "name", "look"),
    [
        (select, "epoll", installed.epoll),
        (os, "splice", installed.splice),
        (os, "pidfd_open", installed.pidfd),
    ],
)
def test_what_a_system_need_not_have_is_a_note(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, look: Callable[[], Result]
) -> None:
    assert look() == Result("well", "there")
    monkeypatch.delattr(module, name)
    assert look().status == "note"
    assert look().do.startswith("nothing; ")


def test_a_linux_without_proc_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda self: False)
    assert installed.proc() == Result("wrong", "/proc is not mounted", "mount it: mount -t proc proc /proc")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert installed.proc().status == "note"


def program(folder: Path, text: str) -> Path:
    path = folder / "toxiproxy-server"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_toxiproxy_says_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = program(tmp_path, 'test "$1" = -version && echo toxiproxy-server version 2.9.0')
    monkeypatch.setenv("TOXIPROXY_SERVER", str(path))
    assert installed.toxiproxy_server() == Result("well", f"2.9.0, {path}")


def test_a_toxiproxy_that_does_not_answer_is_a_note(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOXIPROXY_SERVER", str(program(tmp_path, "exec sleep 60")))
    monkeypatch.setattr(installed, "ANSWER_WITHIN_S", 0.05)
    assert installed.toxiproxy_server().status == "note"
    assert "TimeoutExpired" in installed.toxiproxy_server().says


def test_no_toxiproxy_is_a_note(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TOXIPROXY_SERVER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed.toxiproxy_server().says == "no toxiproxy-server on PATH"
    assert installed.toxiproxy_server().status == "note"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serves one answer to whatever is asked, and the containers of a project; returns the address as DOCKER_HOST has
    it."""
    started: list[Any] = []

    def start(kind: type[socketserver.BaseServer], answer: bytes) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def address_string(self) -> str:
                return "somebody"

            def do_GET(self) -> None:
                said = json.dumps([{"Labels": {PROJECT_LABEL: "shop"}}]).encode() if "label" in self.path else answer
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args: object) -> None:
                pass

        local = kind is socketserver.UnixStreamServer
        place: Any = str(tmp_path / "docker.sock") if local else ("127.0.0.1", 0)
        server = kind(place, Handler)
        started.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"unix://{place}" if local else f"tcp://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("kind", [socketserver.UnixStreamServer, socketserver.TCPServer])
def test_a_docker_engine_says_its_version_and_what_projects_run(
    monkeypatch: pytest.MonkeyPatch, serve: Serve, kind: Any
) -> None:
    address = serve(kind, json.dumps({"Version": "27.1"}).encode())
    monkeypatch.setenv("DOCKER_HOST", address)
    assert installed.docker() == Result("well", f"engine 27.1 at {address}; compose projects that run: shop")


@pytest.mark.parametrize("answer", [b"[]", b"{}", b"hello"])
def test_what_answers_like_no_engine_is_a_note(monkeypatch: pytest.MonkeyPatch, serve: Serve, answer: bytes) -> None:
    monkeypatch.setenv("DOCKER_HOST", serve(socketserver.TCPServer, answer))
    assert installed.docker().status == "note"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("unix:///nowhere/docker.sock", "no engine at unix:///nowhere/docker.sock (No such file or directory)"),
        ("ssh://host", "ssh://host was not tried"),
    ],
)
def test_no_docker_engine_is_a_note(monkeypatch: pytest.MonkeyPatch, address: str, says: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", address)
    assert (installed.docker().status, installed.docker().says) == ("note", says)


def test_an_engine_that_refuses_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but it does not listen
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{taken.getsockname()[1]}")
        assert "Connection refused" in installed.docker().says


@pytest.mark.parametrize(
    ("package", "browser", "status", "do"),
    [
        (True, True, "well", ""),
        (True, False, "note", "playwright install chromium"),
        (False, True, "note", "pip install playwright && playwright install chromium"),
        (False, False, "note", "pip install playwright && playwright install chromium"),
    ],
)
def test_journeys_in_a_browser_need_both_the_package_and_a_browser(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: bool, browser: bool, status: str, do: str
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if package else None)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    if browser:
        (tmp_path / "chromium-1200").mkdir()
    found = installed.chromium()
    assert (found.status, found.do) == (status, do)
    assert ("chromium-1200" in found.says) == browser


@pytest.mark.parametrize(
    ("package", "status", "do"), [(True, "well", ""), (False, "note", "pip install 'gatecrash[locust]'")]
)
def test_users_from_several_processes_need_locust(
    monkeypatch: pytest.MonkeyPatch, package: bool, status: str, do: str
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if package else None)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "2.47.0")
    found = installed.locust()
    assert (found.status, found.do) == (status, do)
    assert ("Locust 2.47.0" in found.says) == package
