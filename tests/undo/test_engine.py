"""Undoing in a container engine: what is there goes, what is gone is fine, and an engine that is away is waited for."""

from __future__ import annotations

import contextlib
import json
import socketserver
import tarfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from chaos.undo import engine, perform
from chaos.undo.ending import end_containers, leave_container
from chaos.undo.engine import MARK_LABEL, PROJECT_LABEL, labels_of, remove_marked, running_projects, things
from chaos.undo.standing import standing
from chaos.undo.undo import Undo

Answer = tuple[int, Any]


class FakeEngine:
    """Answers as `answer` says; by default it holds what `there` lists and lets all of it be removed."""

    def __init__(self, path: Path) -> None:
        self.address = f"unix://{path}"
        self.asked: list[tuple[str, str, bytes]] = []
        self.there: dict[str, list[str]] = {"containers": [], "networks": [], "volumes": []}
        self.answer: Callable[[str, str], Answer | None] = lambda method, path: None
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fake.asked.append((self.command, self.path, body))
                path = urlsplit(self.path).path
                status, content = fake.answer(self.command, path) or fake.usual(self.command, path)
                data = b"" if content is None else json.dumps(content).encode()
                with contextlib.suppress(BrokenPipeError):  # whoever asked has gone
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)

            do_GET = do_POST = do_DELETE = do_PUT = handle_one  # noqa: N815

            def address_string(self) -> str:
                return "test"

            def log_message(self, *args: object) -> None:
                pass

        self.server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def usual(self, method: str, path: str) -> Answer:
        kind, _, name = path.strip("/").removesuffix("/json").partition("/")
        if method == "DELETE":
            with contextlib.suppress(ValueError):
                self.there[kind].remove(name)
            return 204, None
        if method != "GET":
            return 204, None
        found = [{"Id": each, "Name": each, "Names": [f"/{each}"], "Labels": {}} for each in self.there[kind]]
        return 200, {"Volumes": found or None} if kind == "volumes" else found

    def did(self, method: str) -> list[str]:
        return [path for each, path, _ in self.asked if each == method]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    made = FakeEngine(tmp_path / "engine.sock")
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_everything_with_the_mark_goes_containers_first(fake: FakeEngine) -> None:
    fake.there.update(containers=["a", "b"], networks=["n"], volumes=["v"])
    remove_marked(fake.address, "run/x")
    assert fake.did("DELETE") == [
        "/containers/a?force=1&v=1",
        "/containers/b?force=1&v=1",
        "/networks/n",
        "/volumes/v",
    ]
    assert all(MARK_LABEL in path and "run%2Fx" in path for path in fake.did("GET"))


def test_nothing_to_remove_is_fine(fake: FakeEngine) -> None:
    assert perform(end_containers(fake.address, "run/x", quiet_s=0)) is None
    assert fake.did("DELETE") == []


def test_what_turns_up_a_little_later_goes_as_well(fake: FakeEngine) -> None:
    """A container that the runner had asked for when it was killed."""

    def late(method: str, path: str) -> Answer | None:
        if path == "/containers/json" and len(fake.did("GET")) == 7:
            fake.there["containers"].append("late")
        return None

    fake.answer = late
    remove_marked(fake.address, "run/x", quiet_s=0.5)
    assert fake.did("DELETE") == ["/containers/late?force=1&v=1"]


def test_what_will_not_go_is_named_with_the_reason(fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "GONE_WITHIN_S", 0.1)
    fake.there["networks"] = ["n"]
    refusal = {"message": "network n has active endpoints"}
    fake.answer = lambda method, path: (403, refusal) if method == "DELETE" else None
    failure = perform(end_containers(fake.address, "run/x", quiet_s=0))
    assert failure is not None
    assert "these would not go: the network n" in failure
    assert "network n has active endpoints" in failure


UNDOS: dict[str, tuple[str, dict[str, str], str]] = {
    "start": ("container.start", {}, "/containers/c/start"),
    "unpause": ("container.unpause", {}, "/containers/c/unpause"),
    "update": ("container.update", {"limits": '{"CpuQuota": -1}'}, "/containers/c/update"),
    "connect": ("container.connect", {"network": "n", "endpoint": '{"Aliases": ["web"]}'}, "/networks/n/connect"),
    "empty": ("container.empty", {"folder": "/data", "name": "full"}, "/containers/c/archive?path=%2Fdata"),
}


def undo(fake: FakeEngine, kind: str) -> Undo:
    name, args, _ = UNDOS[kind]
    return Undo("1", name, {"engine": fake.address, "container": "c", **args}, "", "")


def inspected(state: dict[str, Any], *networks: str) -> Callable[[str, str], Answer | None]:
    found = {"State": state, "NetworkSettings": {"Networks": {each: {"NetworkID": each} for each in networks}}}
    return lambda method, path: (200, found) if method == "GET" else None


@pytest.mark.parametrize("kind", UNDOS)
def test_each_undo_is_one_act_on_its_container(fake: FakeEngine, kind: str) -> None:
    fake.answer = inspected({"Paused": True}, "other")
    assert perform(undo(fake, kind)) is None
    (act,) = [path for method, path, _ in fake.asked if method != "GET"]
    assert act == UNDOS[kind][2]


@pytest.mark.parametrize("kind", UNDOS)
def test_a_container_that_is_gone_is_fine(fake: FakeEngine, kind: str) -> None:
    fake.answer = lambda method, path: (404, {"message": "No such container: c"})
    assert perform(undo(fake, kind)) is None


@pytest.mark.parametrize("kind", UNDOS)
def test_what_the_engine_refuses_is_the_failure(fake: FakeEngine, kind: str) -> None:
    seen = inspected({"Paused": True}, "other")
    fake.answer = lambda method, path: seen(method, path) or (500, {"message": "no"})
    assert perform(undo(fake, kind)) == "the container engine answered 500: no"


def test_what_is_undone_already_is_not_done_again(fake: FakeEngine) -> None:
    fake.answer = inspected({"Paused": False}, "n")
    assert perform(undo(fake, "unpause")) is None
    assert perform(undo(fake, "connect")) is None
    assert {method for method, _, _ in fake.asked} == {"GET"}


def test_the_file_that_filled_a_disk_becomes_empty(fake: FakeEngine) -> None:
    assert perform(undo(fake, "empty")) is None
    ((_, _, body),) = fake.asked
    with tarfile.open(fileobj=BytesIO(body)) as tar:
        assert [(each.name, each.size) for each in tar] == [("full", 0)]


def test_an_engine_that_is_away_for_a_moment_is_waited_for(tmp_path: Path, until: Any) -> None:
    path = tmp_path / "late.sock"
    failures: list[str | None] = []
    ending = end_containers(f"unix://{path}", "run/x", quiet_s=0)
    waiting = threading.Thread(target=lambda: failures.append(perform(ending)))
    waiting.start()
    fake = FakeEngine(path)
    waiting.join(timeout=20)
    assert failures == [None]
    assert fake.did("GET")
    fake.server.shutdown()
    fake.server.server_close()


def test_an_engine_that_does_not_come_back_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "GONE_WITHIN_S", 0.1)
    failure = perform(end_containers(f"unix://{tmp_path}/none.sock", "run/x", quiet_s=0))
    assert failure == f"the container engine at unix://{tmp_path}/none.sock: No such file or directory"


def test_things_say_whose_they_are(fake: FakeEngine) -> None:
    labels = labels_of("run/x")
    found = {"Id": "i", "Names": ["/gatecrash-x"], "Labels": labels}
    fake.answer = lambda method, path: (200, [found]) if path == "/containers/json" else None
    (thing,) = things(fake.address, "any")
    assert (str(thing), thing.labels) == ("the container gatecrash-x", labels)
    assert labels["gatecrash.run"] == "run"


def test_a_container_that_is_not_as_it_was_is_an_undo_that_failed(fake: FakeEngine) -> None:
    inspected = {
        "Id": "c1",
        "State": {"Status": "running", "ExitCode": 0},
        "HostConfig": {"Memory": 64},
        "NetworkSettings": {"Networks": {}},
    }
    fake.answer = lambda method, path: (200, inspected) if path == "/containers/c1/json" else (404, {"message": "none"})
    was = {**standing(inspected), "memory": "no limit"}
    left = partial(leave_container, fake.address, "run/one", "web", reached_at="")
    assert perform(left("c1", standing=json.dumps(standing(inspected)))) is None
    assert perform(left("c1", standing=json.dumps(was))) == "memory was no limit, is 64 bytes"
    assert perform(left("c2", standing=json.dumps(was))) == "the container is gone"
    assert not [path for method, path, _ in fake.asked if method != "GET"]


def test_projects_that_run_are_known_by_composes_label(fake: FakeEngine) -> None:
    fake.answer = lambda method, path: (200, [{"Labels": {PROJECT_LABEL: name}} for name in ("shop", "blog", "shop")])
    assert running_projects(fake.address) == ("blog", "shop")
