"""What the benchmarks share: timing commands in turns, and a table of figures against their goals."""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a benchmark's table; `reached` is None where there is no goal."""

    what: str
    measured: str
    goal: str
    reached: bool | None


def in_turns(commands: Mapping[str, Sequence[str]], rounds: int) -> Mapping[str, list[float]]:
    """Seconds of each command, A B A B, so that a noisy moment meets all of them."""
    took: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
            took[name].append(time.perf_counter() - began)
    return took


def median_difference(took: Mapping[str, list[float]], one: str, other: str) -> float:
    """Of the rounds, how much longer `one` took than `other`, in seconds."""
    return statistics.median(a - b for a, b in zip(took[one], took[other], strict=True))


def resident_kib(pid: int) -> int:
    """0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def module_kib(module: str) -> int:
    """Resident memory of the largest process that runs this module of Python; 0 when there is none."""
    found = [0]
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdecimal() and module.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                found.append(resident_kib(int(entry.name)))
    return max(found)


def cpu_seconds(pid: int) -> float:
    """Of all its threads, also of those that have ended. 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100


def show(figures: Sequence[Figure]) -> None:
    print("| what | measured | goal | reached |\n| --- | --- | --- | --- |")
    for figure in figures:
        reached = "" if figure.reached is None else ("yes" if figure.reached else "NO")
        print(f"| {figure.what} | {figure.measured} | {figure.goal} | {reached} |")
