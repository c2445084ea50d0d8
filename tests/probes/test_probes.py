"""Every kind of probe: its figure, and in how many ways it can have none."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from chaos.experiment.probe import KINDS, Probe
from chaos.probes import PROBES
from chaos.probes.ask import Place, ProbeFailed
from chaos.system.addresses import Addresses
from chaos.undo.processes import marked

MODULE = """
def length(services):
    print("looking")
    return 3

def healthy(services):
    return services["web"].startswith("127.0.0.1:")

def text(services):
    return "three"

def broken(services):
    raise RuntimeError("the queue is gone")

def slow(services):
    import time
    time.sleep(600)
"""


def vector(*values: str) -> dict[str, Any]:
    series = [{"metric": {}, "value": [1.0, value]} for value in values]
    return {"status": "success", "data": {"resultType": "vector", "result": series}}


ANSWERS: dict[str, tuple[int, Any]] = {
    "/stats": (200, {"queue": {"length": 7}, "ok": True, "name": "x", "none": None}),
    "/gone": (503, {"queue": {"length": 7}}),
    "/moved": (302, {}),
    "/page": (200, "<p>hello"),
    "one": (200, vector("1.5")),
    "none": (200, vector()),
    "two": (200, vector("1", "2")),
    "nan": (200, vector("NaN")),
    "scalar": (200, {"status": "success", "data": {"resultType": "scalar", "result": [1.0, "42"]}}),
    "matrix": (200, {"status": "success", "data": {"resultType": "matrix", "result": []}}),
    "bad": (400, {"status": "error", "error": "parse error"}),
    "other": (200, {"status": "success"}),
    "list": (200, []),
}


@asynccontextmanager
async def server() -> AsyncIterator[str]:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        asked = request.query.get("query", request.path)
        status, body = ANSWERS[asked]
        return web.Response(status=status, text=body if isinstance(body, str) else json.dumps(body))

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield site.name.removeprefix("http://")
    finally:
        await runner.cleanup()


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., float]:
    (tmp_path / "checks.py").write_text(MODULE)

    async def asked(probe: Probe) -> float:
        async with server() as address:
            place = Place(
                addresses=Addresses({}, {"web": address, "gone": "127.0.0.1:1"}),
                folder=tmp_path,
                workdir=tmp_path,
                mark="probes/test",
            )
            async with asyncio.timeout(probe.within):
                return await PROBES[probe.kind](probe, place)

    return lambda **written: asyncio.run(asked(Probe.model_validate_json(json.dumps(written))))


def says(code: str) -> str:
    return f"{{python}} -c {shlex.quote(code)}"


def test_every_kind_has_somebody_who_asks_it() -> None:
    assert tuple(PROBES) == KINDS


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        ({"get": "web:/stats"}, 1),
        ({"get": "web:/moved"}, 1),
        ({"get": "web:/gone"}, 0),
        ({"get": "web:/page", "text": "Hello"}, 1),
        ({"get": "web:/page", "text": "bye"}, 0),
        ({"get": "web:/gone", "text": "queue"}, 0),
        ({"get": "service:web:/stats", "value": "queue.length"}, 7),
        ({"get": "web:/stats", "value": "ok"}, 1),
        ({"command": says("pass")}, 1),
        ({"command": says("raise SystemExit(3)")}, 0),
        ({"command": says("print(12.5)"), "stdout": True}, 12.5),
        ({"command": says("import sys; print(len(sys.argv[1]))") + " {services.gone}", "stdout": True}, 11),
        ({"prometheus": "web", "query": "one"}, 1.5),
        ({"prometheus": "web", "query": "scalar"}, 42),
        ({"python": "checks:length"}, 3),
        ({"python": "checks:healthy"}, 1),
    ],
)
def test_a_probe_yields_a_number_or_a_truth(ask: Any, written: Any, figure: float) -> None:
    assert ask(**written) == figure


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"get": "gone:/"}, "Cannot connect"),
        ({"get": "web:/gone", "value": "queue.length"}, "it answered 503"),
        ({"get": "web:/page", "value": "queue.length"}, "not JSON"),
        ({"get": "web:/stats", "value": "name"}, "'x' is neither a number nor true or false"),
        ({"get": "web:/stats", "value": "queue.depth"}, "None is neither"),
        ({"command": "no-such-program"}, "'no-such-program' can't be run"),
        ({"command": says("print('many')"), "stdout": True}, "it printed 'many', which is not a number"),
        ({"command": says("print('nan')"), "stdout": True}, "nan is neither"),
        ({"command": says("print(1); raise SystemExit('no queue')"), "stdout": True}, "exit code 1: no queue"),
        ({"command": "echo {env.NO_SUCH_VARIABLE}"}, "NO_SUCH_VARIABLE is not set"),
        ({"prometheus": "web", "query": "none"}, "0 series, not a single value"),
        ({"prometheus": "web", "query": "two"}, "2 series, not a single value"),
        ({"prometheus": "web", "query": "nan"}, "nan is neither"),
        ({"prometheus": "web", "query": "matrix"}, "a matrix, not a single value"),
        ({"prometheus": "web", "query": "bad"}, "refused the query: parse error"),
        ({"prometheus": "web", "query": "other"}, "not an answer of Prometheus"),
        ({"prometheus": "web", "query": "list"}, "refused the query"),
        ({"python": "checks:text"}, "'three' is neither"),
        ({"python": "checks:broken"}, "RuntimeError: the queue is gone"),
        ({"python": "checks:missing"}, "AttributeError"),
        ({"python": "no_such_module:f"}, "No module named"),
    ],
)
def test_a_probe_that_has_no_figure_says_why(ask: Any, written: Any, why: str) -> None:
    with pytest.raises(ProbeFailed, match=why):
        ask(**written)


@pytest.mark.parametrize(
    "written", [{"python": "checks:slow"}, {"command": says("import time; time.sleep(600)")}], ids=["python", "command"]
)
def test_a_probe_that_is_given_up_leaves_nothing_running(ask: Any, written: Any) -> None:
    with pytest.raises(TimeoutError):
        ask(**written, within="300ms")
    assert not marked("probes/test")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({}, "exactly one of: get, command, prometheus, python"),
        ({"get": "web:/", "command": "x"}, "exactly one of"),
        ({"command": "x", "value": "a"}, "value, text and headers go with get"),
        ({"command": "x", "text": "a"}, "value, text and headers go with get"),
        ({"get": "web:/", "text": "a", "value": "a"}, "either value or text"),
        ({"get": "web:/", "stdout": True}, "stdout goes with command"),
        ({"prometheus": "web"}, "prometheus and query go together"),
        ({"get": "web:/", "query": "up"}, "prometheus and query go together"),
        ({"command": "a 'b"}, "can't be split"),
        ({"command": " "}, "the command is empty"),
        ({"python": "checks.length"}, "is not a function"),
    ],
)
def test_what_is_no_probe_is_refused_in_words(written: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Probe.model_validate_json(json.dumps(written))


def test_this_python_is_what_commands_are_run_with(ask: Any) -> None:
    assert ask(command=says(f"import sys; raise SystemExit(sys.executable != {sys.executable!r})")) == 1
