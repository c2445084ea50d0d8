"""What a figure depends on beside the program: the machine, its kernel, its versions, and who else was using it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    cpu: str
    cores: int
    kernel: str
    congestion_control: str
    python: str
    go: str
    load_average: tuple[float, float, float]

    @classmethod
    def now(cls) -> Machine:
        return cls(
            cpu=_cpu(),
            cores=len(os.sched_getaffinity(0)),
            kernel=platform.release(),
            congestion_control=_read("/proc/sys/net/ipv4/tcp_congestion_control"),
            python=platform.python_version() + _optimized(),
            go=_go(),
            load_average=os.getloadavg(),
        )


def _cpu() -> str:
    names = [line.partition(":")[2].strip() for line in _read("/proc/cpuinfo").splitlines() if "model name" in line]
    return names[0] if names else platform.machine()


def _optimized() -> str:
    """Builds without profile-guided optimization are a good deal slower. Debian has it and does not say so there."""
    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return "" if "--enable-optimizations" in options else " (configured without --enable-optimizations)"


def _go() -> str:
    if not (go := shutil.which("go")):
        return "not installed"
    told = subprocess.run([go, "version"], capture_output=True, text=True, check=False).stdout.split()
    return told[2] if len(told) > 2 else "unknown"


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return "unknown"
