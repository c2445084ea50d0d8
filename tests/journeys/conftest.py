"""Answers built by hand, users that send for real, and tiny servers to send to."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from chaos.experiment.request import METHODS, Step
from chaos.journeys.answer import Answer
from chaos.journeys.user import User


@pytest.fixture
def step() -> Callable[..., Step]:
    """A step as a file would hold it: `step(post="edge:/", json={})`."""

    def build(**keys: Any) -> Step:
        method = {} if keys.keys() & set(METHODS) else {"get": "edge:/"}
        return Step.model_validate_json(json.dumps({**method, **keys}))

    return build


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
    async def make(*, keep: bool = False, seed: int = 1) -> Any:
        someone = User("someone", random.Random(seed), keep_connections=keep)
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
