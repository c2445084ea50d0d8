"""Clients as their users have them, against both servers."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

HERE = Path(__file__).parent
NODE_CLIENT = "toxiproxy-node-client@4.1.0"
PATIENCE_S = 300  # compilers and registries take their time


def run(words: list[str], folder: Path, **env: str) -> None:
    """What it said is the failure's text."""
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def go_client(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The compiled tests in `go/`."""
    go = shutil.which("go")
    if go is None:
        reason = "no go on PATH, so Toxiproxy's Go client can't be tried"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    program = tmp_path_factory.mktemp("go") / "client.test"
    run([go, "test", "-c", "-o", str(program), "."], HERE / "go", GOFLAGS="-mod=readonly")
    return str(program)


@pytest.fixture(scope="session")
def node_client(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The words that run `node/client.cjs` beside the installed client."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("no node or no npm on PATH, so toxiproxy-node-client can't be tried")
    folder = tmp_path_factory.mktemp("node")
    quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        run([npm, "install", *quiet, "--prefix", str(folder), NODE_CLIENT], folder)
    except AssertionError as error:
        pytest.skip(f"npm could not install {NODE_CLIENT}: {str(error)[-300:]}")
    shutil.copy(HERE / "node" / "client.cjs", folder)
    return [node, str(folder / "client.cjs")]


@pytest.fixture
def surroundings(server: Any, upstream: Callable[[], Any], wire: Any) -> SimpleNamespace:
    """A server without proxies, and an upstream that echoes."""
    host, port = upstream().serve(wire.echo).address
    return SimpleNamespace(server=server, upstream=f"{host}:{port}", run=run)
