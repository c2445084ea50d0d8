"""Answers built by hand, users that send for real, and tiny servers to send to."""

from __future__ import annotations

import asyncio
import json
import random
import selectors
import socket
import struct
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from chaos.experiment.experiment import Experiment
from chaos.experiment.plan import Plan
from chaos.experiment.request import METHODS, Step
from chaos.experiment.system import Journey, System
from chaos.journeys.answer import Answer
from chaos.journeys.judging import Judging
from chaos.journeys.outgoing import Outgoing, compose
from chaos.journeys.person import Person
from chaos.journeys.played import Played
from chaos.journeys.player import Stage, play
from chaos.journeys.user import User
from chaos.rules.rule import Situation


@pytest.fixture
def step() -> Callable[..., Step]:
    """A step as a file would hold it: `step(post="edge:/", json={})`."""

    def build(**keys: Any) -> Step:
        method = {} if keys.keys() & set(METHODS) else {"get": "edge:/"}
        return Step.model_validate_json(json.dumps({**method, **keys}))

    return build


@pytest.fixture
def request_to(step: Callable[..., Step]) -> Callable[..., Outgoing]:
    """What a step sends to that URL: `request_to(url, post="edge:/", json={})`."""
    rng = random.Random(1)
    return lambda url, **keys: compose(step(**keys), lambda target: url, {}, rng)


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop on which nobody waits: when all are asleep, its clock is moved on to when the first of them wakes."""

    def __init__(self) -> None:
        selector = selectors.DefaultSelector()
        super().__init__(selector)
        self._now_s = 1000.0
        look = selector.select

        def jump(timeout: float | None = None) -> Any:
            assert timeout is not None, "everybody waits for something that will not come"
            self._now_s += max(0.0, timeout)
            return look(0)

        selector.select = jump  # type: ignore[method-assign]

    def time(self) -> float:
        return self._now_s


class Script:
    """A client that gives the answers in order; an exception is raised, None never comes. Remembers what it sent."""

    def __init__(self, *answers: Answer | Exception | None) -> None:
        self._answers = list(answers)
        self.sent: list[Outgoing] = []
        self.at_s: list[float] = []

    async def send(self, request: Outgoing) -> Answer:
        self.sent.append(request)
        self.at_s.append(round(asyncio.get_running_loop().time() - 1000.0, 6))
        answer = self._answers.pop(0)
        if answer is None:
            await asyncio.Event().wait()
        if isinstance(answer, Exception):
            raise answer
        assert answer is not None
        return answer

    @asynccontextmanager
    async def visit(self) -> Any:
        yield self

    async def look(self, answer: Answer) -> Answer:
        return answer

    async def forget(self) -> None:
        self._answers.clear()

    async def close(self) -> None: ...


@pytest.fixture
def script() -> type[Script]:
    return Script


@pytest.fixture
def person() -> Callable[..., Person]:
    def build(**keys: Any) -> Person:
        return Person(**{"name": "someone", "rng": random.Random(1), "client": Script(), **keys})

    return build


@pytest.fixture
def journey() -> Callable[..., Journey]:
    """A journey as a file would hold it: `journey({"get": "edge:/"}, timeout="1s")`."""

    def build(*steps: dict[str, Any], **keys: Any) -> Journey:
        return Journey.model_validate_json(json.dumps({"rate": "1/s", "timeout": "30s", "steps": steps, **keys}))

    return build


@pytest.fixture
def play_it(person: Any) -> Callable[..., Played]:
    """One run of a journey by somebody whose client is a script, on a clock that jumps: it begins at 0."""

    def played(journey: Journey, client: Script, who: Person | None = None, judging: Judging | None = None) -> Played:
        judges = judging or Judging(Situation(served=True))
        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            now = lambda: runner.get_loop().time() - 1000.0  # noqa: E731
            stage = Stage(address="http://{}".format, judging=judges, now=now)
            return runner.run(play("open", journey, who or person(), client, stage))

    return played


@pytest.fixture
def html() -> Callable[..., Answer]:
    def build(body: str | bytes, *, status: int = 200, kind: str = "text/html", **others: Any) -> Answer:
        data = body if isinstance(body, bytes) else body.encode()
        return Answer(
            method="GET",
            url="http://127.0.0.1/",
            status=status,
            headers=(("Content-Type", kind), *others.pop("headers", ())),
            body=data,
            elapsed_s=0.01,
            **others,
        )

    return build


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., Plan]:
    """A plan for a tiny system; `allow` is the experiment's, the other keys are the system's."""

    def build(allow: Sequence[Any] = (), **keys: Any) -> Plan:
        system = {
            "name": "tiny",
            "services": {"web": {"url": "http://127.0.0.1:1"}},
            "links": {"edge": {"to": "web"}},
            "journeys": {"open": {"rate": "1/s", "steps": [{"get": "edge:/"}]}},
            **keys,
        }
        experiment = {
            "name": "tiny",
            "system": "system.yaml",
            "steady_state": {"open": {"served": ">= 99%"}},
            "faults": [{"link": "edge", "hang": {}}],
            "allow": list(allow),
        }
        return Plan(
            id="tiny",
            file="tiny.yaml",
            folder=str(tmp_path),
            vars={},
            seed=1,
            experiment=Experiment.model_validate_json(json.dumps(experiment)),
            system=System.model_validate_json(json.dumps(system)),
        )

    return build


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a coroutine to its end, within a minute."""

    async def within(coroutine: Coroutine[Any, Any, Any]) -> Any:
        async with asyncio.timeout(60):
            return await coroutine

    return lambda coroutine: asyncio.run(within(coroutine))


@pytest.fixture
def user() -> Callable[..., Any]:
    """`async with user() as someone`."""

    @asynccontextmanager
    async def make(*, keep: bool = False) -> Any:
        someone = User(keep_connections=keep)
        try:
            yield someone
        finally:
            await someone.close()

    return make


@pytest.fixture
def serving() -> Callable[..., Any]:
    """`async with serving(handler) as base`: an HTTP server for any path."""

    @asynccontextmanager
    async def serve(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:
        runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield site.name
        finally:
            await runner.cleanup()

    return serve


@pytest.fixture
def sending() -> Callable[..., Any]:
    """`async with sending(data) as base`: answers every request with these bytes, then closes (or resets, or waits)."""

    @asynccontextmanager
    async def serve(data: bytes, *, then: str = "close") -> Any:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(data)
            await writer.drain()
            if then == "wait":
                await reader.read()
            if then == "reset":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()

    return serve
