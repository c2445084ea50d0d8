"""What the runner itself costs: journeys per second on one core, time beyond the phases, and memory of a long run.

    python benchmarks/runner.py                 # all, some 90 seconds
    python benchmarks/runner.py --minutes 10    # with the long run in full
    python benchmarks/runner.py --profile 2000  # where the time goes at so many journeys per second, by cProfile

The app is a server that answers at once, so nearly all that is measured is the runner, its proxy and its journal. The
proxy and the server share what the runner leaves of the machine: on a single core these figures say nothing.
"""

from __future__ import annotations

import argparse
import json
import pstats
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from machine import Machine
from measure import Figure, cpu_seconds, module_kib, resident_kib, show

from chaos.units import parse_duration

SERVER = Path(__file__).with_name("tiny_server.py")
SYSTEM = """
name: tiny
services: {{web: {{command: "{{python}} {server} {{port}}"}}}}
links: {{edge: {{to: web}}}}
journeys:
  open:
    rate: {rate}/s
    timeout: 1s
    connections: {connections}
    steps: [{{get: "edge:/", expect: {{status: 200, text: All is well}}}}]
"""
EXPERIMENT = """
name: A little slower
system: system.yaml
steady_state: {{open: {{served: ">= 99%"}}}}
faults: [{{link: edge, latency: {{delay: 5ms}}, for: {lasts}}}]
during: {{open: {{served: ">= 99%"}}}}
recovery: {{within: 5s}}
"""
RATES = ((500, "new"), (500, "keep"), (1000, "keep"), (2000, "keep"))
MOST_LATE_S = 0.05
LONG_RATE = 500
JUDGE = "chaos.run.verdicts"
LOOK_EVERY_S = 0.25
"""For it: looking through all processes takes a moment."""


@dataclass(frozen=True, slots=True)
class Run:
    """`beyond_s`: of the time from the first user to the last event of each experiment, what no phase needed."""

    verdicts: list[str]
    journeys_per_s: float
    cpu_share: float
    late_s: float
    beyond_s: float
    wall_s: float
    peak_kib: int
    judge_kib: int
    """Of the process that judges a long journal; 0 when there was none."""


def run(rate: int, connections: str, lasts: str, *, experiments: int = 1) -> Run:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, rate, connections, lasts, experiments)
        began = time.perf_counter()
        runner = subprocess.Popen(
            [sys.executable, "-m", "chaos", "run", str(folder / "experiments"), "--report", name],
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        peak, judge, cpu, look_at = 0, 0, 0.0, began
        while runner.poll() is None:
            peak, cpu = max(peak, resident_kib(runner.pid)), max(cpu, cpu_seconds(runner.pid))
            if time.perf_counter() >= look_at:
                judge, look_at = max(judge, module_kib(JUDGE)), time.perf_counter() + LOOK_EVERY_S
            time.sleep(0.02)
        wall = time.perf_counter() - began
        verdicts = [each["verdict"] for each in json.loads((folder / "results.json").read_text())["experiments"]]
        journals = [told(path) for path in sorted(folder.glob(".gatecrash/runs/*/*/journal.jsonl"))]
    samples = [event for journal in journals for event in journal if event["event"] == "sample"]
    busy_s = sum(moment(journal, "run_ended") - first_user(journal) for journal in journals)
    late = sorted(sample["left_s"] - sample["due_s"] for sample in samples)
    return Run(
        verdicts=verdicts,
        journeys_per_s=len(samples) / busy_s,
        cpu_share=cpu / wall,
        late_s=late[int(len(late) * 0.95)],
        beyond_s=sum(map(beyond, journals)) / len(journals),
        wall_s=wall,
        peak_kib=peak,
        judge_kib=judge,
    )


def write(folder: Path, rate: int, connections: str, lasts: str, experiments: int = 1) -> None:
    (folder / "experiments").mkdir()
    (folder / "system.yaml").write_text(SYSTEM.format(server=SERVER, rate=rate, connections=connections))
    for number in range(experiments):
        text = EXPERIMENT.format(lasts=lasts).replace("system.yaml", "../system.yaml")
        (folder / "experiments" / f"{number:02}.yaml").write_text(text)


def told(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def moment(journal: list[dict[str, Any]], event: str, **wanted: str) -> float:
    """When that event happened the first time."""
    found = (each for each in journal if each["event"] == event and wanted.items() <= each.items())
    return float(next(found)["at_s"])


def first_user(journal: list[dict[str, Any]]) -> float:
    return moment(journal, "phase_started", phase="baseline")


def beyond(journal: list[dict[str, Any]]) -> float:
    """The system's start is left out. Steady state takes one window, the fault its time, and so does recovery."""
    windows = 2 * 1.0
    lasted = next(each for each in journal if each["event"] == "run_started")["plan"]["experiment"]["faults"][0]["for"]
    return moment(journal, "run_ended") - first_user(journal) - windows - parse_duration(lasted)


def profile(rate: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, rate, "keep", "5s")
        into = folder / "profile"
        command = [sys.executable, "-m", "cProfile", "-o", str(into), "-m", "chaos", "run", str(folder / "experiments")]
        subprocess.run(command, cwd=folder, check=False)
        pstats.Stats(str(into)).sort_stats("tottime").print_stats(40)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=0.5, help="of the long run")
    parser.add_argument("--profile", type=int, metavar="RATE")
    options = parser.parse_args()
    if options.profile:
        profile(options.profile)
        return
    print(f"Python {Machine.now().python}")
    figures = []
    for rate, connections in RATES:
        took = run(rate, connections, "5s")
        on_time = took.verdicts == ["passed"] and took.late_s <= MOST_LATE_S
        measured = f"{took.journeys_per_s:.0f}/s, 95 % leave within {took.late_s * 1000:.1f} ms of when they are due"
        what = f"{rate} journeys/s, {connections} connections, {took.cpu_share:.0%} of a core"
        figures.append(Figure(what, f"{measured}; {took.verdicts[0]}", "95 % within 50 ms, passed", on_time))
    three = run(40, "new", "2s", experiments=3)
    figures.append(
        Figure("an experiment beyond its phases", f"{three.beyond_s:.2f} s", "<= 1.0 s", three.beyond_s <= 1.0)
    )
    long = run(LONG_RATE, "new", f"{options.minutes * 60:.0f}s")
    figures.append(
        Figure(
            f"memory of the runner, {options.minutes:g} min at {LONG_RATE}/s",
            f"{long.peak_kib / 1024:.0f} MiB (its judge: {long.judge_kib / 1024:.0f} MiB), {long.verdicts[0]}",
            "< 200 MiB",
            long.peak_kib < 200 * 1024 and long.verdicts == ["passed"],
        )
    )
    show(figures)


if __name__ == "__main__":
    main()
