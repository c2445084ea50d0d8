"""What is installed, and which features the system has."""

from __future__ import annotations

import http.client
import importlib.metadata
import importlib.util
import os
import platform
import select
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from chaos.backends.external import SERVER_NAME
from chaos.doctor.check import Result, note, well, wrong
from chaos.doctor.containers import ASKED
from chaos.undo.engine import EngineRefused, call, engine_address, reason_of, running_projects

OLDEST_PYTHON: Final = (3, 11)
ANSWER_WITHIN_S: Final = 3.0
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def python() -> Result:
    found = f"{platform.python_implementation()} {platform.python_version()}"
    if sys.version_info < OLDEST_PYTHON:
        return wrong(f"{found} is too old", "install Gatecrash with Python 3.11 or later")
    return well(found)


def epoll() -> Result:
    if hasattr(select, "epoll"):
        return well("there")
    return note("not on this system", "nothing; the proxy falls back to a slower loop. Linux has it")


def splice() -> Result:
    if hasattr(os, "splice"):
        return well("there")
    return note("not on this system", "nothing; bulk data is copied, which takes more CPU. Linux has it")


def pidfd() -> Result:
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return note("not on this system", "nothing; process ids are used. Linux has it from 5.3 on")
    return well("there")


def proc() -> Result:
    """Other systems than Linux are asked with `ps`."""
    if not sys.platform.startswith("linux"):
        return note("not on this system", "nothing; `ps` is asked instead, which is slower")
    if Path("/proc/self/environ").exists():
        return well("there")
    return wrong("/proc is not mounted", "mount it: mount -t proc proc /proc")


def toxiproxy_server() -> Result:
    """Its version, as it says itself."""
    named = os.environ.get("TOXIPROXY_SERVER", SERVER_NAME)
    program = shutil.which(named)
    if program is None:
        return note(f"no {named} on PATH", "install Toxiproxy if you want faults to be its own")
    try:
        done = subprocess.run(
            [program, "-version"], capture_output=True, text=True, timeout=ANSWER_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return note(f"{program} does not say its version ({type(error).__name__})", "install it again")
    said = (done.stdout or done.stderr).strip().splitlines()
    version = said[0].removeprefix("toxiproxy-server").removeprefix(" version").strip() if said else ""
    return well(f"{version or 'of unknown version'}, {program}")


def docker() -> Result:
    """The engine that `DOCKER_HOST` names, by default the local one."""
    address = engine_address()
    if urlsplit(address).scheme not in ASKED:
        return note(f"{address} was not tried", "only unix and tcp addresses are looked at here")
    try:
        version = call(address, "GET", "/version", within_s=ANSWER_WITHIN_S)["Version"]
        projects = running_projects(address)
    except (OSError, http.client.HTTPException, EngineRefused, ValueError, TypeError, KeyError) as error:
        do = "start Docker, or set DOCKER_HOST, if you need containers"
        return note(f"no engine at {address} ({reason_of(error)})", do)
    run = f"; compose projects that run: {', '.join(projects)}" if projects else ""
    return well(f"engine {version} at {address}{run}")


def chromium() -> Result:
    package = importlib.util.find_spec("playwright") is not None
    browser = next(filter(None, map(shutil.which, BROWSERS)), None) or _playwright_browser()
    if package and browser:
        return well(f"playwright and {browser}")
    if package:
        return note("playwright is there, a browser is not", "playwright install chromium")
    found = f"{browser} is there, " if browser else ""
    return note(f"{found}playwright is not", "pip install playwright && playwright install chromium")


def locust() -> Result:
    if importlib.util.find_spec("locust") is None:
        return note("not there", "pip install 'gatecrash[locust]'")
    return well(f"Locust {importlib.metadata.version('locust')}")


def _playwright_browser() -> str | None:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(path) for path in sorted(folder.glob("chromium*"))), None) if folder.is_dir() else None
