"""Everything here runs unchanged against the embedded proxy and against a real Toxiproxy; see `differences.py`."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
KINDS = ("embedded", "toxiproxy")


def load(name: str) -> ModuleType:
    """A module of this folder, which is no package."""
    spec = importlib.util.spec_from_file_location(f"contracts_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


servers = load("servers")
wires = load("wire")
DIFFERENCES = load("differences").DIFFERENCES


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", KINDS, scope="module")


def needed(program: str) -> str:
    """Where it is; without it the test is skipped, or fails where everything must run."""
    found = servers.find_program(program)
    if found is None:
        variable = f"TOXIPROXY_{program.upper()}"
        reason = f"no {variable}, no toxiproxy-{program} on PATH, none in {servers.FOLDER}: run .ci/install-toxiproxy"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return str(found)


@pytest.fixture(scope="module")
def kind(request: pytest.FixtureRequest) -> str:
    """`embedded` or `toxiproxy`; what depends on it runs on both."""
    if request.param == "toxiproxy":
        needed("server")
    return str(request.param)


class Shared:
    """One server for the tests of a module. One that ended or could not be cleaned is replaced."""

    def __init__(self, start: Callable[[], Any]) -> None:
        self._start = start
        self._server: Any = None

    def get(self) -> Any:
        if self._server is None:
            self._server = self._start()
        return self._server

    def clear(self) -> None:
        try:
            self._server.clear()
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server = None


@pytest.fixture(scope="module")
def shared(kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """A module may have FLAGS for the server, by kind."""
    folder = tmp_path_factory.mktemp("server")
    flags = getattr(request.module, "FLAGS", {}).get(kind, ())
    holder = Shared(lambda: servers.Server(kind, folder / "log", *flags, env={}))
    yield holder
    holder.stop()


@pytest.fixture
def server(shared: Shared) -> Iterator[Any]:
    """A running server without proxies."""
    yield shared.get()
    shared.clear()


@pytest.fixture
def own_server(kind: str, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """`own_server("-proxy-metrics", env={"LOG_LEVEL": "debug"})`: one for this test alone."""
    started: list[Any] = []

    def start(*flags: str, env: dict[str, str | None] | None = None, **address: Any) -> Any:
        log = tmp_path / f"log{len(started)}"
        started.append(servers.Server(kind, log, *flags, env=env or {}, **address))
        return started[-1]

    yield start
    for each in started:
        each.kill()


@pytest.fixture
def program(kind: str) -> list[str]:
    """The words that start the server."""
    return [sys.executable, "-m", "chaos", "proxy"] if kind == "embedded" else [needed("server")]


@pytest.fixture
def differs(kind: str, request: pytest.FixtureRequest) -> Callable[[str], bool]:
    """`if differs("id")`: whether this server has what the table of differences says of the reference."""

    def ask(known: str) -> bool:
        assert known in DIFFERENCES, f"{known} is not in differences.py"
        if kind == "toxiproxy":
            request.node.user_properties.append(("difference", known))
        return kind == "toxiproxy"

    return ask


@pytest.fixture(scope="session")
def differences() -> Any:
    return DIFFERENCES


@pytest.fixture
def upstream() -> Iterator[Callable[[], Any]]:
    """`upstream()`: one more for this test; it accepts when told to."""
    opened: list[Any] = []

    def start() -> Any:
        opened.append(wires.Upstream())
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.fixture
def through(server: Any, upstream: Callable[[], Any]) -> Any:
    """A proxy with an upstream of its own."""
    return server.proxy(upstream())


@pytest.fixture(scope="session")
def wire() -> ModuleType:
    """`wire.py`."""
    return wires


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    return servers.free_port


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    return servers.eventually


@pytest.fixture(scope="session")
def need() -> Callable[[str], str]:
    return needed


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many checks each server had, where this file is loaded early enough to count them."""
    reports = [
        report for outcome in ("passed", "failed", "skipped") for report in terminalreporter.stats.get(outcome, [])
    ]
    for kind in KINDS:
        ours = [each for each in reports if "contracts/" in each.nodeid and kind in each.nodeid.partition("[")[2]]
        if ours:
            known = sum(bool(dict(each.user_properties).get("difference")) for each in ours)
            counts = {name: sum(each.outcome == name for each in ours) for name in ("passed", "failed", "skipped")}
            text = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
            terminalreporter.write_line(f"contracts, {kind}: {text}; {known} of them known differences")
