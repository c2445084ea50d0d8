"""The command in a folder of its own, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

SYSTEM = """
name: tiny
vars: {mode: good}
services: {web: {command: "{python} -c pass {vars.mode}"}}
links: {edge: {to: web}}
journeys: {open: {rate: 20/s, timeout: 1s, steps: [{get: "edge:/"}]}}
"""
EXPERIMENT = """
name: The edge hangs
system: system.yaml
tags: [edge]
steady_state: {open: {served: ">= 99%"}}
faults: [{link: edge, hang: {}, for: 2s}]
during: {open: {broken: 0%}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with one experiment whose service ends at once."""
    work = tmp_path / "work"
    (work / "experiments").mkdir(parents=True)
    (work / "experiments" / "system.yaml").write_text(SYSTEM)
    (work / "experiments" / "edge_hangs.yaml").write_text(EXPERIMENT)
    monkeypatch.chdir(work)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "200")
    return work


@pytest.fixture(scope="session")
def forking() -> Iterator[subprocess.Popen[str]]:
    """See forking.py."""
    command = [sys.executable, str(Path(__file__).with_name("forking.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def gatecrash(
    forking: subprocess.Popen[str], folder: Path, tmp_path: Path
) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str, cwd: Path | None = None, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
        said = {name: tmp_path / name for name in ("stdout", "stderr")}
        for path in said.values():
            path.write_text("")
        asked = {
            "arguments": arguments,
            "folder": str(cwd or Path.cwd()),
            "env": {**os.environ, "CI": "true", **env},
            **{name: str(path) for name, path in said.items()},
        }
        print(json.dumps(asked), file=forking.stdin, flush=True)
        code = int(forking.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, *(path.read_text() for path in said.values()))

    return run


@pytest.fixture
def fresh_gatecrash(folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """As `gatecrash`, but started as a user starts it: for what depends on how Python itself starts."""

    def run(*arguments: str, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "chaos", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=60, env={**os.environ, "CI": "true", **env}
        )

    return run
