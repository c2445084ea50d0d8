"""How much sooner a suite is done with `--jobs auto` than with one experiment after the other, on this machine.

python benchmarks/jobs.py              # 24 experiments, some four minutes
python benchmarks/jobs.py --count 8
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import REPOSITORY, Figure, show

GOAL = 3.0


def suite(files: list[Path], jobs: str) -> tuple[float, int]:
    """Seconds, and how many experiments had to be run again alone."""
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
        began = time.perf_counter()
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        took = time.perf_counter() - began
        results = json.loads((Path(folder) / "results.json").read_text())
    words = [experiment["verdict"] for experiment in results["experiments"]]
    if words != ["passed"] * len(files):
        print(done.stdout)
        sys.exit(f"the suite did not pass, so its time says nothing: {words}")
    print(done.stdout.partition("\n")[0] if jobs == "auto" else f"{len(files)} experiments one after the other")
    return took, done.stdout.count("tried again alone")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=24)
    options = parser.parse_args()
    files = sorted((REPOSITORY / "experiments").glob("*.yaml"))[: options.count]
    alone, _ = suite(files, "1")
    together, again = suite(files, "auto")
    ratio = alone / together
    show(
        [
            Figure(f"{len(files)} experiments, one after the other", f"{alone:.0f} s", "", None),
            Figure("with --jobs auto", f"{together:.0f} s, {again} of them run again alone", "", None),
            Figure("how many times as fast", f"{ratio:.1f}", f">= {GOAL:g} on two cores", ratio >= GOAL),
        ]
    )


if __name__ == "__main__":
    main()
