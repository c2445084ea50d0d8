"""What goes wrong with the engine ends in one clear message, the right exit code, and nothing left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos.undo.engine import engine_address

pytestmark = pytest.mark.system
SYSTEMS = {
    "an image that is not there": (
        "image: gatecrash-test/tiny",
        "image: gatecrash-test/nowhere:1",
        "can't be used: it is not there; get it: docker pull gatecrash-test/nowhere:1",
    ),
    "a container that dies at start": (
        "--port {port} --store",
        "--prot 1 --store",
        "the service front ended by itself",
    ),
    "a program that the image lacks": ("{python} tiny_app.py front", "pyhton front", "the container of front"),
    "a container that is never ready": (
        "tiny_app.py store",
        "-c 'import time; time.sleep(99)'",
        "was not ready within 1s",
    ),
}


RARER = {"a program that the image lacks", "a container that is never ready"}


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.nightly) if case in RARER else case for case in SYSTEMS]
)
def test_a_service_that_does_not_come_up_is_told_with_its_last_words(in_containers: Any, ours: Any, case: str) -> None:
    old, new, message = SYSTEMS[case]
    path = in_containers.folder / "system.yaml"
    text = (
        path.read_text().replace("get: /healthz}", "get: /healthz, within: 1s}")
        if "never" in case
        else path.read_text()
    )
    if "image that" in case:
        text = text.replace("build: &image", "build: &unused").replace("    build: *image\n", "")
        text = "\n".join(line for line in text.splitlines() if "&unused" not in line)
    assert old in text
    path.write_text(text.replace(old, new))
    done = in_containers("run", "--backend", "docker")
    assert done.returncode == 3, done.stdout + done.stderr
    assert message in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    if "dies" in case:
        assert "unrecognized arguments: --prot" in done.stdout or "required: --port" in done.stdout
    assert not ours()
    assert not in_containers.leases


ADDRESSES = {
    "unix:///nowhere/docker.sock": "no engine is running there; start Docker",
    "tcp://192.0.2.7:2375": "is on another machine",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_engine_that_cannot_be_used_is_told(in_containers: Any, address: str) -> None:
    in_containers.env["DOCKER_HOST"] = address
    done = in_containers("run", "--backend", "docker")
    assert done.returncode == 3, done.stdout + done.stderr
    assert address in done.stdout
    assert ADDRESSES[address] in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not in_containers.leases


class Relay:
    """An engine that can be away for a while: connections to it are passed on, cut and refused."""

    def __init__(self, path: Path, engine: str) -> None:
        self.path = path
        self._engine = engine
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None

    def begin(self) -> None:
        self.path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def end(self) -> None:
        assert self._listener is not None
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()
        self.path.unlink()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._engine)
                self._open |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=pair, daemon=True).start()


def _pass_on(source: socket.socket, to: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            to.sendall(data)
        to.shutdown(socket.SHUT_WR)


@pytest.fixture
def relay(in_containers: Any, tmp_path: Path) -> Iterator[Relay]:
    relay = Relay(tmp_path / "engine.sock", engine_address().removeprefix("unix://"))
    relay.begin()
    in_containers.env["DOCKER_HOST"] = f"unix://{relay.path}"
    yield relay
    if relay.path.exists():
        relay.end()


def has(events: Path, name: str) -> bool:
    return events.exists() and f'"event":"{name}"' in events.read_text().replace(": ", ":")


def test_an_engine_that_goes_away_and_comes_back_leaves_nothing(
    in_containers: Any, relay: Relay, ours: Any, until: Any
) -> None:
    experiment = in_containers.folder / "experiments" / "store.yaml"
    experiment.write_text(experiment.read_text().replace("for: 1s", "for: 60s"))
    events = in_containers.folder / "events.jsonl"
    runner = in_containers.start("run", "--backend", "docker", "--events", str(events))
    until(lambda: has(events, "fault_injected") or runner.poll() is not None, "the fault is injected")
    assert runner.poll() is None, runner.communicate()[0]
    relay.end()
    until(lambda: has(events, "environment_broke"), "it is noticed")
    assert ours()
    relay.begin()
    said, _ = runner.communicate(timeout=60)
    assert runner.returncode == 3, said
    assert "the container engine at unix://" in said
    assert not ours()


def test_the_doctor_removes_what_a_run_left_that_was_killed_with_its_guardian(
    in_containers: Any, ours: Any, until: Any
) -> None:
    runner = in_containers.start("up", "system.yaml", "--backend", "docker", "--json")
    until(lambda: any(thing.kind == "container" for thing in ours()) or runner.poll() is not None, "containers")
    (lease,) = in_containers.leases
    holders = [json.loads(line)["holder"][0] for line in lease.read_text().splitlines() if '"holder"' in line]
    for pid in reversed(holders):  # the guardian first
        os.kill(pid, signal.SIGKILL)
    runner.communicate()
    lease.unlink()  # and even its list of undos is gone
    done = in_containers("doctor")
    assert done.returncode == 3
    assert "of runs that are gone: the container gatecrash-" in " ".join(done.stdout.split())
    done = in_containers("doctor", "--repair")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "removed: the container gatecrash-" in done.stdout
    assert not ours()
