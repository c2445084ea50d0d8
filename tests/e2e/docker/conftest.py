"""A real engine, a base image made from this very Python, and the tiny app in containers."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from chaos.undo.engine import MARK_LABEL, RUN_LABEL, Thing, engine_address, remove_marked, things

HERE = Path(__file__).parent
DOCKERFILE = """
ARG BASE
FROM ${BASE}
WORKDIR /app
COPY tiny_app.py .
"""
SYSTEM = """
name: tiny
vars: {flags: ""}
services:
  store:
    command: "{python} tiny_app.py store --host {host} --port {port}"
    build: &image {context: image, args: {BASE: "%(base)s"}}
    image: gatecrash-test/tiny
    cwd: image
    tmpfs: {/data: 1MiB}
    ready: {get: /healthz}
  front:
    command: "{python} tiny_app.py front --host {host} --port {port} --store http://{links.store} {vars.flags}"
    build: *image
    image: gatecrash-test/tiny
    cwd: image
    ready: {get: /healthz}
links:
  edge: {to: front}
  store: {to: store}
journeys:
  read: {rate: 40/s, timeout: 800ms, steps: [{get: "edge:/", expect: {text: all is well}}]}
"""
EXPERIMENT = """
name: Something happens to the store
system: system.yaml
window: 500ms
steady_state: {read: {served: ">= 99%"}}
faults: [{service: store, pause: {}, for: 1s}]
during: {read: {broken: 100%}}
recovery: {within: 5s}
"""


@pytest.fixture(scope="session")
def engine() -> Any:
    """The library's client of an engine that runs here."""
    docker = pytest.importorskip("docker")
    try:
        client = docker.APIClient(base_url=engine_address(), timeout=60, version="auto")
        client.ping()
    except Exception as error:
        reason = f"no container engine answers at {engine_address()}: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return client


@pytest.fixture(scope="session")
def base(engine: Any) -> str:
    """Made by one process, whatever their number."""
    with Path(tempfile.gettempdir(), "gatecrash-test-base.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return str(_base_image().base_image(engine))


def _base_image() -> ModuleType:
    spec = importlib.util.spec_from_file_location("base_image", HERE / "base_image.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def in_containers(gatecrash: Any, base: str) -> Iterator[Any]:
    """The command, and the tiny app as an image. Nothing of its runs is left behind by a test, whatever it finds."""
    image = gatecrash.folder / "image"
    image.mkdir()
    shutil.copy(HERE.parent / "tiny_app.py", image)
    (image / "Dockerfile").write_text(DOCKERFILE)
    gatecrash.write("system.yaml", SYSTEM % {"base": base})
    gatecrash.write("experiments/store.yaml", EXPERIMENT.replace("system.yaml", "../system.yaml"))
    (gatecrash.folder / "experiments" / "store_down.yaml").unlink()
    yield gatecrash
    for mark in {thing.labels[MARK_LABEL] for thing in left_over(gatecrash)}:
        remove_marked(engine_address(), mark)


def left_over(gatecrash: Any) -> tuple[Thing, ...]:
    """Containers, networks and volumes of all runs in its folder."""
    folder = gatecrash.folder / ".gatecrash"
    runs = {path.name for path in folder.glob("*/*")}
    return tuple(thing for thing in things(engine_address(), RUN_LABEL) if thing.labels[RUN_LABEL] in runs)


@pytest.fixture
def ours(in_containers: Any) -> Any:
    return lambda: left_over(in_containers)
