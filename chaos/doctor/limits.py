"""How much of this machine a run may use."""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path
from typing import Final

from chaos.doctor.check import Result, note, well, wrong
from chaos.errors import EnvironmentFailed
from chaos.system.ports import free_ports
from chaos.units import format_size

FEWEST_FILES: Final = 256
USUAL_FILES: Final = 1024
LEAST_DISK_BYTES: Final = 100 * 1024**2
USUAL_DISK_BYTES: Final = 1024**3
PORTS_OF_A_LARGE_SYSTEM: Final = 50
SLOW_CLOCKS: Final = frozenset({"acpi_pm", "hpet", "jiffies"})
CLOCK_SOURCE: Final = Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")


def open_files() -> Result:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return well("as many as wanted")
    more = f"ulimit -n {USUAL_FILES if hard == resource.RLIM_INFINITY else min(hard, 4 * USUAL_FILES)}"
    if soft < FEWEST_FILES:
        return wrong(f"{soft}, too few for a small system", more)
    if soft < USUAL_FILES:
        return note(f"{soft}, few for a system under load", more)
    return well(f"{soft}")


def disk() -> Result:
    """Where runs are kept: the working directory."""
    free = shutil.disk_usage(Path.cwd()).free
    if free < LEAST_DISK_BYTES:
        return wrong(f"{format_size(free)} free here, and a journal that can't be written ends a run", "make room")
    if free < USUAL_DISK_BYTES:
        return note(f"{format_size(free)} free here", "make room before long runs")
    return well(f"{format_size(free)} free here")


def cores() -> Result:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if count < 2:
        return note("1 core", "expect verdicts such as: the machine was too busy; give it a second one")
    return well(f"{count} cores")


def clock() -> Result:
    """A clock that the kernel has to fetch from a device takes microseconds a look."""
    try:
        source = CLOCK_SOURCE.read_text().strip()
    except OSError:
        return well("the system's own")
    if source in SLOW_CLOCKS:
        return note(f"{source}, a slow one", "choose tsc (or your hypervisor's) as the kernel's clock source")
    return well(source)


def ports() -> Result:
    try:
        free_ports(PORTS_OF_A_LARGE_SYSTEM)
    except EnvironmentFailed as error:
        return wrong(str(error), "find out who listens on so many: ss -ltnp")
    return well("enough are free")
