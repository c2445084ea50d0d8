"""The same check by Chaos Toolkit, side by side: wall time, CPU, and what each verdict knew.

    python -m venv .venv-chaostoolkit
    .venv-chaostoolkit/bin/pip install chaostoolkit chaostoolkit-toxiproxy
    python benchmarks/chaostoolkit.py .venv-chaostoolkit

The check: a page is still served while 25 ms are added on its way for two seconds, and afterwards. Chaos Toolkit needs
somebody to start the app and a Toxiproxy; here that is the embedded proxy, and the time that both take to start counts
on either side.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROUNDS = 3
FAULT_S = 2.0
SERVER = Path(__file__).with_name("tiny_server.py")
SYSTEM = f"""
name: tiny
services: {{web: {{command: "{{python}} {SERVER} {{port}}"}}}}
links: {{edge: {{to: web}}}}
journeys: {{open: {{rate: 50/s, timeout: 1s, steps: [{{get: "edge:/", expect: {{status: 200}}}}]}}}}
"""
EXPERIMENT = """
name: A little slower
system: system.yaml
steady_state: {open: {served: ">= 99%"}}
faults: [{link: edge, latency: {delay: 25ms}, for: 2s}]
during: {open: {served: ">= 99%"}}
recovery: {within: 3s}
"""


@dataclass(frozen=True, slots=True)
class Side:
    """One tool's run of the check."""

    wall_s: float
    cpu_s: float
    passed: bool
    requests: int
    knew: dict[str, str]


def gatecrash(folder: Path) -> Side:
    (folder / "system.yaml").write_text(SYSTEM)
    (folder / "experiment.yaml").write_text(EXPERIMENT)
    with measured() as figures:
        command = [sys.executable, "-m", "chaos", "run", "experiment.yaml", "--report", "."]
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    (result,) = json.loads((folder / "results.json").read_text())["experiments"]
    journal = next(folder.glob(".gatecrash/runs/*/experiment/journal.jsonl")).read_text().splitlines()
    proof, recovered = result["proofs"][0], result["recovered"]
    knew = {
        "that the fault met users": proof["evidence"],
        "time to recover": f"at most {recovered['at_most_s'] * 1000:.0f} ms" if recovered else "it did not",
    }
    requests = sum('"event":"sample"' in line for line in journal)
    return Side(*figures, passed=result["verdict"] == "passed", requests=requests, knew=knew)


def chaos_toolkit(program: Path, folder: Path) -> Side:
    web, api, edge = free_port(), free_port(), free_port()
    (folder / "experiment.json").write_text(json.dumps(toolkit_experiment(api, edge)))
    with measured() as figures, app_and_proxy(web, api, edge):
        command = [program, "--no-version-check", "run", "--journal-path", "journal.json", "experiment.json"]
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    journal = json.loads((folder / "journal.json").read_text())
    states = journal["steady_states"]
    probes = [*states["before"]["probes"], *journal["run"], *states["after"]["probes"]]
    requests = sum(probe["activity"]["type"] == "probe" for probe in probes)
    knew = {"that the fault met users": "not asked", "time to recover": "not asked"}
    return Side(*figures, passed=journal["status"] == "completed", requests=requests, knew=knew)


def toolkit_experiment(api: int, edge: int) -> dict[str, Any]:
    module = "chaostoxi.toxic.actions"
    page = {
        "type": "probe",
        "name": "the page is served",
        "tolerance": 200,
        "provider": {"type": "http", "url": f"http://127.0.0.1:{edge}/", "timeout": 1},
    }
    slower = {"for_proxy": "edge", "toxic_name": "slower", "latency": 25, "jitter": 0}
    return {
        "title": "A little slower",
        "description": "The page is still served.",
        "configuration": {"toxiproxy_host": "127.0.0.1", "toxiproxy_port": str(api)},
        "steady-state-hypothesis": {"title": "served", "probes": [page]},
        "method": [
            {
                "type": "action",
                "name": "slower",
                "provider": {"type": "python", "module": module, "func": "create_latency_toxic", "arguments": slower},
                "pauses": {"after": FAULT_S},
            },
            {key: value for key, value in page.items() if key != "tolerance"},
            {
                "type": "action",
                "name": "as before",
                "provider": {
                    "type": "python",
                    "module": module,
                    "func": "delete_toxic",
                    "arguments": {"for_proxy": "edge", "toxic_name": "slower"},
                },
            },
        ],
        "rollbacks": [],
    }


@contextmanager
def app_and_proxy(web: int, api: int, edge: int) -> Iterator[None]:
    commands = [[sys.executable, str(SERVER), str(web)], [sys.executable, "-m", "chaos", "proxy", "--port", str(api)]]
    processes = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands
    ]
    try:
        until_listens(web)
        until_listens(api)
        proxy = {"name": "edge", "listen": f"127.0.0.1:{edge}", "upstream": f"127.0.0.1:{web}"}
        urllib.request.urlopen(f"http://127.0.0.1:{api}/proxies", data=json.dumps(proxy).encode()).read()
        yield
    finally:
        for process in processes:
            process.terminate()
            process.wait()


@contextmanager
def measured() -> Iterator[list[float]]:
    """Wall and CPU seconds of all children that were waited for within the block; a list that is filled at its end."""
    figures: list[float] = []
    began, before = time.perf_counter(), children_cpu_s()
    yield figures
    figures.extend((time.perf_counter() - began, children_cpu_s() - before))


def children_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_listens(port: int) -> None:
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    sys.exit(f"nothing listens on {port}")


def in_turns(program: Path) -> tuple[list[Side], list[Side]]:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            ours.append(gatecrash(Path(folder)))
        with tempfile.TemporaryDirectory() as folder:
            theirs.append(chaos_toolkit(program, Path(folder)))
    return ours, theirs


def main() -> None:
    program = Path(sys.argv[1] if len(sys.argv) > 1 else ".venv-chaostoolkit").absolute() / "bin" / "chaos"
    if not os.access(program, os.X_OK):
        print(f"skipped: there is no Chaos Toolkit at {program}; the head of this file says how to get it")
        return
    ours, theirs = (sorted(sides, key=lambda side: side.wall_s)[ROUNDS // 2] for sides in in_turns(program))
    print("| | Gatecrash | Chaos Toolkit | ratio |\n| --- | --- | --- | --- |")
    for what, one, other in (
        ("wall time", ours.wall_s, theirs.wall_s),
        (f"of that, beyond the fault's {FAULT_S:g} s", ours.wall_s - FAULT_S, theirs.wall_s - FAULT_S),
        ("CPU, all processes", ours.cpu_s, theirs.cpu_s),
    ):
        print(f"| {what} | {one:.1f} s | {other:.1f} s | {one / other:.2f} |")
    print(f"| passed | {ours.passed} | {theirs.passed} | |")
    print(f"| users' requests that the verdict rests on | {ours.requests} | {theirs.requests} | |")
    for what in ours.knew:
        print(f"| it knew {what} | {ours.knew[what]} | {theirs.knew[what]} | |")


if __name__ == "__main__":
    main()
