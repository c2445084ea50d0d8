"""What tests of several folders use: the command as a process, and a real Chromium for pages of ours.

Without a Chromium such tests are skipped; in CI they fail, so that CI has one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 60.0

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, or one worker would be alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def run_command() -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Runs the command to its end, in a process that is forked off one that has imported it (see forking.py).

    Only where what Python itself reads from its environment is another, a process is started for it.
    """
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("forking.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    at_start = for_python(os.environ)

    def run(
        arguments: Sequence[str], folder: Path, env: Mapping[str, str], patience_s: float = PATIENCE_S
    ) -> subprocess.CompletedProcess[str]:
        if for_python(env) != at_start:
            return subprocess.run(
                [sys.executable, "-m", "chaos", *arguments],
                cwd=folder,
                env=env,
                capture_output=True,
                text=True,
                timeout=patience_s,
            )
        with tempfile.TemporaryDirectory() as told:
            asked = {"arguments": arguments, "folder": str(folder), "env": dict(env), "patience_s": patience_s}
            print(json.dumps({**asked, "told": told}), file=server.stdin, flush=True)
            code = int(server.stdout.readline())
            return subprocess.CompletedProcess(
                arguments, code, *((Path(told) / name).read_text() for name in ("stdout", "stderr"))
            )

    with server:
        yield run
        server.stdin.close()


def for_python(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith("PYTHON")}


def missing(why: str) -> Any:
    if os.environ.get("CI"):
        pytest.fail(f"{why}; CI must look at pages in a browser")
    pytest.skip(why)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Playwright's browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        missing(f"there is no browser on PATH ({', '.join(NAMES)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture
def axe() -> Path:
    return Path(__file__).parent / "reports" / "browser" / "vendor" / "axe.min.js"
