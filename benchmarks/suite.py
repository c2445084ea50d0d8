"""How long the experiments take on the resilient app, and how much memory runner and guardian need meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import REPOSITORY, Figure, cpu_seconds, resident_kib, show

EIGHT = 8


def main() -> None:
    files = sorted((REPOSITORY / "experiments").glob("*.yaml"))[:EIGHT]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "chaos", "run", *map(str, files), "--report", folder]
        began = time.perf_counter()
        runner = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        peak_kib, user_s = watch(runner)
        output, _ = runner.communicate()
        took = time.perf_counter() - began
        results = json.loads((Path(folder) / "results.json").read_text())
    words = [experiment["verdict"] for experiment in results["experiments"]]
    if words != ["passed"] * len(files):
        print(output)
        sys.exit(f"the suite did not pass, so its time says nothing: {words}")
    phases = sum(experiment["took_s"] for experiment in results["experiments"])
    show(
        [
            Figure(f"{len(files)} experiments, one after the other", f"{took:.1f} s", "< 60 s", took < 60),
            Figure("of that, within experiments", f"{phases:.1f} s", "", None),
            Figure("CPU of the runner", f"{user_s:.1f} s", "", None),
            Figure("runner and guardian together", f"{peak_kib / 1024:.0f} MiB", "< 150 MiB", peak_kib < 150 * 1024),
        ]
    )


def watch(runner: subprocess.Popen[str]) -> tuple[int, float]:
    """Peak of the resident memory (KiB) of runner and guardian together, and the runner's CPU seconds."""
    peak, cpu = 0, 0.0
    while runner.poll() is None:
        guardians = [pid for pid in children(runner.pid) if b"chaos.undo.guardian" in command_line(pid)]
        peak = max(peak, sum(resident_kib(pid) for pid in (runner.pid, *guardians)))
        cpu = max(cpu, cpu_seconds(runner.pid))
        time.sleep(0.05)
    return peak, cpu


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    main()
