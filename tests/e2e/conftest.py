"""A tiny system in a folder of its own, and the command run on it as a user would."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chaos.undo.processes import marked

APP = Path(__file__).parent / "tiny_app.py"
INSTALLED = Path("/opt/toxiproxy/server")

SYSTEM = """
name: tiny
vars: {flags: ""}
variants: {leaking: {flags: --leak}, losing: {flags: --lose}}
services:
  store: {command: "{python} %(app)s store --port {port}", ready: {get: /healthz}}
  front:
    command: "{python} %(app)s front --port {port} --store $STORE {vars.flags}"
    ready: {get: /healthz}
links:
  edge: {to: front}
  store: {to: store}
  unused: {to: store}
journeys:
  read: {rate: 40/s, timeout: 800ms, steps: [{get: "edge:/", expect: {text: all is well}}]}
  write:
    rate: 40/s
    timeout: 800ms
    steps: [{post: "edge:/notes", body: note, acknowledge: {json: id}}]
audit:
  notes: {of: write, stored: {get: "store:/notes", ids: "[*]"}, within: 1s}
""".replace("--store $STORE", "--store http://{links.store}").replace("body: note", "json: {text: hello}")

EXPERIMENT = """
name: The store is gone
system: system.yaml
window: 500ms
steady_state:
  read: {served: ">= 99%"}
  write: {served: ">= 99%"}
faults: [{link: store, down: {}, for: 1200ms}]
during:
  read: {broken: 0%}
recovery: {within: 3s}
audit:
  notes: {lost: 0, duplicated: 0}
"""


ON_EVERY_PROXY = {
    "latency": "latency: {delay: 100ms, jitter: 10ms}",
    "hang": "hang: {}",
    "timeout": "timeout: {after: 100ms}",
    "reset_peer": "reset_peer: {}",
    "bandwidth": "bandwidth: {rate: 1KB/s, stream: downstream}",
    "slow_close": "slow_close: {delay: 100ms}",
    "slicer": "slicer: {size: 4B, delay: 1ms, stream: downstream}",
    "limit_data": "limit_data: {bytes: 10B, stream: downstream}",
}
"""Faults of links that every kind of proxy can inject, so strong that users feel them."""


@dataclass
class Gatecrash:
    """The command in a folder of its own, with a state directory of its own."""

    folder: Path
    run: Callable[..., subprocess.CompletedProcess[str]]
    env: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def __call__(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        return self.run(arguments, self.folder, self.env, timeout)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "chaos", *arguments],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    @property
    def leases(self) -> list[Path]:
        return sorted(Path(self.env["XDG_STATE_HOME"]).glob("gatecrash/leases/*.jsonl"))

    def runs(self) -> list[Path]:
        return sorted((self.folder / ".gatecrash" / "runs").glob("*"))

    def marks(self) -> list[str]:
        """Those of the newest run's experiments: all processes of one carry its mark."""
        run = self.runs()[-1]
        return [f"{run.name}/{each}" for each in json.loads((run / "run.json").read_text())["experiments"]]

    def mark(self) -> str:
        """The mark of the newest run's first experiment."""
        return self.marks()[0]

    def left_over(self) -> tuple[int, ...]:
        """Processes of the newest run; a run that was killed before it wrote its manifest has started none."""
        runs = self.runs()
        if not runs or not (runs[-1] / "run.json").exists():
            return ()
        return tuple(pid for mark in self.marks() for pid in marked(mark))

    def results(self) -> Any:
        return json.loads((self.runs()[-1] / "results.json").read_text())


@pytest.fixture(scope="module")
def server_program() -> str:
    found = os.environ.get("TOXIPROXY_SERVER") or shutil.which("toxiproxy-server")
    if found is None and INSTALLED.exists():
        found = str(INSTALLED)
    if found is None:
        reason = "no toxiproxy-server on PATH, at TOXIPROXY_SERVER or in /opt/toxiproxy; see .ci/install-toxiproxy"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
def url(server_program: str, until: Any) -> Iterator[str]:
    """A server that runs already, with a proxy and a toxic of somebody else's on it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [server_program, "-port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    until(lambda: answers(address), "the server answers")
    call(address, "/proxies", {"name": "theirs", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:1"})
    call(address, "/proxies/theirs/toxics", {"name": "slow", "type": "latency", "attributes": {"latency": 5}})
    yield address
    server.kill()
    server.wait()


def call(address: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address + path, data), timeout=5) as answer:
        return json.loads(answer.read())


def answers(address: str) -> bool:
    try:
        return bool(call(address, "/version"))
    except OSError:
        return False


@contextmanager
def at_work(folder: Path, run_command: Any) -> Iterator[Gatecrash]:
    """What is still running afterwards is killed."""
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "CI": "true", "COLUMNS": "100"}
    (folder / "work").mkdir()
    tool = Gatecrash(folder / "work", run_command, env)
    tool.write("system.yaml", SYSTEM % {"app": APP})
    tool.write("experiments/store_down.yaml", EXPERIMENT.replace("system.yaml", "../system.yaml"))
    yield tool
    for process in tool.started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.communicate()


@pytest.fixture
def gatecrash(tmp_path: Path, run_command: Any) -> Iterator[Gatecrash]:
    with at_work(tmp_path, run_command) as tool:
        yield tool


@pytest.fixture(scope="module")
def shared_gatecrash(tmp_path_factory: pytest.TempPathFactory, run_command: Any) -> Iterator[Gatecrash]:
    """One for all tests of a module."""
    with at_work(tmp_path_factory.mktemp("shared"), run_command) as tool:
        yield tool


@pytest.fixture
def together(gatecrash: Gatecrash) -> Callable[..., Any]:
    """The experiment once with each fault, all in one run: a run for each would take its time to start. The command's
    end, and the verdict of each. `without`: lines that are left out of it.
    """

    def run(
        faults: Mapping[str, str], *options: str, old: str = "down: {}", without: Sequence[str] = ()
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
        path = gatecrash.folder / "experiments" / "store_down.yaml"
        text = path.read_text()
        path.unlink()
        for part in without:
            assert part in text
            text = text.replace(part, "")
        for name, fault in faults.items():
            gatecrash.write(f"experiments/{name}.yaml", text.replace(old, fault))
        done = gatecrash("run", "--jobs", "2", "--retry-inconclusive", "3", *options, timeout=240)
        verdicts = {each["id"]: each for each in gatecrash.results()["experiments"]}
        assert verdicts.keys() == faults.keys()
        return done, verdicts

    return run


def wait_until(condition: Callable[[], Any], what: str, within: float = 20.0) -> Any:
    """The first truthy value of `condition`; fails the test when there is none in time."""
    deadline = time.monotonic() + within
    while not (found := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"not within {within:g}s: {what}")
        os.sched_yield()
        time.sleep(0.005)  # between two looks at the condition
    return found


@pytest.fixture
def until() -> Callable[..., Any]:
    return wait_until
