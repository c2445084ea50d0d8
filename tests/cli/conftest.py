"""The command in a folder of its own, in processes of their own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

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


@pytest.fixture
def gatecrash(run_command: Any, folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str, cwd: Path | None = None, env: Mapping[str, str] = {}) -> Any:
        return run_command(arguments, cwd or Path.cwd(), {**os.environ, "CI": "true", **env})

    return run
