"""How much sooner a suite is done with `--jobs auto` than with one experiment after the other, on this machine.

python benchmarks/jobs.py              # 24 experiments, some four minutes
python benchmarks/jobs.py --count 8
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from machine import Machine
from measure import REPOSITORY, Figure, show

GOAL = 3.0


@dataclass(frozen=True, slots=True)
class Took:
    """`core_s`: of all that was started, apps and proxies too. `again`: experiments that were run again alone."""

    wall_s: float
    core_s: float
    again: int


def suite(files: list[Path], jobs: str) -> Took:
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "chaos",
            "run",
            *map(str, files),
            "--jobs",
            jobs,
            "--retry-inconclusive",
            "2",
            "--report",
            folder,
        ]
        began, used_s = time.perf_counter(), children_s()
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        wall_s, core_s = time.perf_counter() - began, children_s() - used_s
        results = json.loads((Path(folder) / "results.json").read_text())
    words = [experiment["verdict"] for experiment in results["experiments"]]
    if words != ["passed"] * len(files):
        print(done.stdout)
        sys.exit(f"the suite did not pass, so its time says nothing: {words}")
    print(done.stdout.partition("\n")[0] if jobs == "auto" else f"{len(files)} experiments one after the other")
    return Took(wall_s, core_s, done.stdout.count("tried again alone"))


def children_s() -> float:
    """Seconds of a core that processes started from here have used, once they are gone."""
    times = os.times()
    return times.children_user + times.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=24)
    options = parser.parse_args()
    files = sorted((REPOSITORY / "experiments").glob("*.yaml"))[: options.count]
    machine = Machine.now()
    print(f"Python {machine.python} on {machine.cores} cores")
    alone = suite(files, "1")
    together = suite(files, "auto")
    ratio = alone.wall_s / together.wall_s
    busy = together.core_s / (together.wall_s * machine.cores)
    again = f"{together.again} of them run again alone, {busy:.0%} of all cores busy"
    show(
        [
            Figure(f"{len(files)} experiments, one after the other", told(alone), "", None),
            Figure(f"with --jobs auto, {again}", told(together), "", None),
            Figure("how many times as fast", f"{ratio:.2f}", f">= {GOAL:g} on two cores", ratio >= GOAL),
        ]
    )


def told(took: Took) -> str:
    return f"{took.wall_s:.0f} s, {took.core_s:.0f} core-seconds"


if __name__ == "__main__":
    main()
