"""A system of containers: how soon the demo is ready in one, and how long each fault takes to go in and out.

    BASE=python:3.12-slim python benchmarks/containers.py

Needs a container engine, and the base image on it; the first round builds the image and is not counted.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from measure import REPOSITORY, Figure, show

from chaos.undo.children import environment
from chaos.undo.engine import call, engine_address

ROUNDS = 3
IMAGE = "gatecrash/clipshare"
READY_WITHIN_S = 8.0
IN_OR_OUT_WITHIN_S = 0.5
QUICK = ("kill", "pause", "disconnect")
FAULTS = ("kill", "pause", "disconnect", "stop", "restart", "cpu")
EXPERIMENT = """
name: {kind}
system: {system}
journeys: [open_app]
steady_state: {{open_app: {{served: ">= 90%"}}}}
faults: [{{service: profile, {kind}: {attributes}, for: 2s, name: {kind}}}]
during: {{open_app: {{served: ">= 0%"}}}}
recovery: {{within: 10s}}
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in FAULTS:
            attributes = "{cores: 0.1}" if kind == "cpu" else "{}"
            system = REPOSITORY / "demo_app" / "system.yaml"
            (folder / f"{kind}.yaml").write_text(EXPERIMENT.format(kind=kind, system=system, attributes=attributes))
        run(folder, "pause")
        rounds = [dict(zip(FAULTS, run(folder, *FAULTS), strict=True)) for _ in range(ROUNDS)]
    ready = [at(journal, "phase_started")["at_s"] for each in rounds for journal in each.values()]
    figures = [figure("demo of three containers ready", ready, READY_WITHIN_S)]
    for kind in FAULTS:
        goal = IN_OR_OUT_WITHIN_S if kind in QUICK else None
        for what, event in (("in", "fault_injected"), ("out", "fault_undone")):
            found = [at(each[kind], event) for each in rounds]
            figures.append(figure(f"{kind}, {what}", [each["at_s"] - each["issued_s"] for each in found], goal))
    for what, found in alone().items():
        figures.append(figure(f"the engine alone: {what}", found, None))
    show(figures)


def alone() -> Mapping[str, list[float]]:
    """What the engine itself needs, for one container of the demo on a network of its own."""
    took: dict[str, list[float]] = {what: [] for what in ("kill", "start", "disconnect", "connect")}
    engine, name = engine_address(), f"gatecrash-benchmark-{os.getpid()}"
    network = call(engine, "POST", "/networks/create", {"Name": name})["Id"]
    program = {"Image": IMAGE, "Cmd": ["python3", "-m", "http.server"], "HostConfig": {"NetworkMode": network}}
    container = call(engine, "POST", f"/containers/create?name={name}", program)["Id"]
    try:
        call(engine, "POST", f"/containers/{container}/start")
        for _ in range(ROUNDS):
            for what, path in (
                ("kill", f"/containers/{container}/kill"),
                ("start", f"/containers/{container}/start"),
                ("disconnect", f"/networks/{network}/disconnect"),
                ("connect", f"/networks/{network}/connect"),
            ):
                began = time.perf_counter()
                call(engine, "POST", path, {"Container": container} if "networks" in path else None)
                took[what].append(time.perf_counter() - began)
    finally:
        call(engine, "DELETE", f"/containers/{container}?force=1")
        call(engine, "DELETE", f"/networks/{network}")
    return took


def run(folder: Path, *kinds: str) -> list[list[Any]]:
    """The journals, as lists of events."""
    files = [f"{kind}.yaml" for kind in kinds]
    command = [sys.executable, "-m", "chaos", "run", "--backend", "docker", "--retry-inconclusive", "2", *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode not in {0, 4}:
        sys.exit(done.stdout + done.stderr)
    newest = max((folder / ".gatecrash" / "runs").iterdir())
    return [list(map(json.loads, (newest / kind / "journal.jsonl").read_text().splitlines())) for kind in kinds]


def at(journal: list[Any], event: str) -> Any:
    """The first of its kind."""
    return next(each for each in journal if each["event"] == event)


def figure(what: str, seconds: list[float], within_s: float | None) -> Figure:
    median = statistics.median(seconds)
    goal, reached = ("", None) if within_s is None else (f"< {within_s:g} s", median < within_s)
    return Figure(what, f"{median:.2f} s (at most {max(seconds):.2f})", goal, reached)


if __name__ == "__main__":
    main()
