"""Each experiment in the folder beside this is run by Chaos Toolkit itself, imported, and run by us on the same app."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chaos.backends.toxiproxy import ToxiproxyClient
from chaos.ctk.importing import import_experiment
from chaos.ctk.reading import read
from chaos.errors import EnvironmentFailed
from chaos.system.addresses import ANY_ON_LOOPBACK
from chaos.system.ports import free_ports

EXPERIMENTS = Path(__file__).with_name("experiments")
CHAOS = shutil.which("chaos", path=str(Path(sys.executable).parent))
BROKEN = {"edge_down": "failed", "cut_short": "completed"}
"""Those whose claim does not hold, whoever asks; and what Chaos Toolkit calls that, besides a deviation."""
FILES = {
    path.stem: path
    for path in sorted(EXPERIMENTS.glob("*.*"))
    if path.suffix in {".json", ".yaml"}
    and (importlib.util.find_spec("jsonpath2") is not None or "jsonpath" not in path.read_text())
}
"""Without an extra of its own, Chaos Toolkit refuses tolerances of what JSON holds."""


pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(CHAOS is None, reason="there is no Chaos Toolkit beside this Python"),
]


@dataclass(frozen=True, slots=True)
class Runs:
    """What came of each experiment, by the stem of its file."""

    theirs: Mapping[str, Mapping[str, Any]]
    ours: Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, shop: type[BaseHTTPRequestHandler]) -> Iterator[Runs]:
    folder = tmp_path_factory.mktemp("ctk")
    with app_and_proxies(folder, shop) as environments:
        yield Runs(theirs_of(folder, environments), ours_of(folder, environments))


@contextmanager
def app_and_proxies(folder: Path, shop: type[BaseHTTPRequestHandler]) -> Iterator[Mapping[str, Mapping[str, str]]]:
    """One proxy for each experiment, called as it is; yields the environment for each."""
    app = ThreadingHTTPServer(("127.0.0.1", 0), shop)
    threading.Thread(target=app.serve_forever, daemon=True).start()
    (api,) = free_ports(1)
    proxy = subprocess.Popen([sys.executable, "-m", "chaos", "proxy", "--port", str(api)], stderr=subprocess.DEVNULL)
    try:
        client = ToxiproxyClient("127.0.0.1", api)
        until_it_answers(client)
        listens = {stem: client.create(stem, f"127.0.0.1:{app.server_port}", ANY_ON_LOOPBACK) for stem in FILES}
        shared = {
            "TOXIPROXY": f"http://127.0.0.1:{api}",
            "APP_TOKEN": "Bearer opened-sesame",
            "PYTHONPATH": str(EXPERIMENTS),
            "XDG_STATE_HOME": str(folder / "state"),
            "CI": "true",
        }
        yield {stem: {**os.environ, **shared, "EDGE": listen} for stem, listen in listens.items()}
    finally:
        proxy.terminate()
        proxy.wait()
        app.shutdown()
        app.server_close()


def until_it_answers(client: ToxiproxyClient) -> None:
    for _ in range(200):
        try:
            client.version()
            return
        except EnvironmentFailed:
            threading.Event().wait(0.05)
    pytest.fail("the proxy does not answer")


def theirs_of(folder: Path, environments: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, Any]]:
    """All at once: each is on a proxy of its own."""
    started = {}
    for stem, file in FILES.items():
        command = [str(CHAOS), "--no-version-check", "--log-file", str(folder / f"{stem}.log"), "run"]
        command += ["--journal-path", str(folder / f"{stem}.journal"), str(file)]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started[stem] = subprocess.Popen(command, env=environments[stem], **silent)  # type: ignore[call-overload]
    for process in started.values():
        process.wait(timeout=60)
    return {stem: json.loads((folder / f"{stem}.journal").read_text()) for stem in FILES}


def ours_of(folder: Path, environments: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, Any]]:
    """In one suite, as somebody would who has moved all of them."""
    for stem, file in FILES.items():
        for name, text in import_experiment(read(file, environments[stem]), rate="20/s").files.items():
            (folder / "experiments").mkdir(exist_ok=True)
            (folder / "experiments" / name).write_text(text)
    api = environments["no_proxy"]["TOXIPROXY"]
    command = [sys.executable, "-m", "chaos", "run", "experiments", "--jobs", "6", "--report", "."]
    command += ["--backend", "toxiproxy", "--toxiproxy-url", api, "--retry-inconclusive", "3"]
    done = subprocess.run(
        command, cwd=folder, env=environments["no_proxy"], capture_output=True, text=True, timeout=120
    )
    assert (folder / "results.json").exists(), done.stdout + done.stderr
    return {each["id"]: each for each in json.loads((folder / "results.json").read_text())["experiments"]}


@pytest.mark.parametrize("stem", FILES)
def test_both_come_to_the_same_verdict(runs: Runs, stem: str) -> None:
    theirs, ours = runs.theirs[stem], runs.ours[stem]
    assert (theirs["status"], theirs["deviated"]) == (BROKEN.get(stem, "completed"), stem in BROKEN)
    assert ours["verdict"] == ("failed" if stem in BROKEN else "passed"), ours["reasons"]


@pytest.mark.parametrize("stem", FILES)
def test_what_was_carried_over_acted(runs: Runs, stem: str) -> None:
    proofs = runs.ours[stem]["proofs"]
    assert proofs
    assert all(proof["acted"] for proof in proofs), proofs


def test_every_experiment_was_run_by_both(runs: Runs) -> None:
    assert runs.theirs.keys() == runs.ours.keys() == FILES.keys()
    assert len(FILES) >= 8
    assert {path.suffix for path in FILES.values()} == {".json", ".yaml"}
