"""A system of containers: how soon the demo is ready in one, and how long each fault takes to go in and out.

    BASE=python:3.12-slim python benchmarks/containers.py

Needs a container engine, and the base image on it; the first round builds the image and is not counted.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from measure import REPOSITORY, Figure, show

from chaos.undo.children import environment

ROUNDS = 3
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
    show(figures)


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
