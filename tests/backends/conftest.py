"""An embedded proxy of the test's own, with an upstream behind it, and servers that are none."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.links import Surroundings
from chaos.undo.processes import end_marked


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    async def within(coroutine: Coroutine[Any, Any, Any]) -> Any:
        async with asyncio.timeout(60):
            return await coroutine

    return lambda coroutine: asyncio.run(within(coroutine))


@pytest.fixture
def mark() -> Iterator[str]:
    made = f"test/{uuid.uuid4()}"
    yield made
    end_marked(made)


@pytest.fixture
def embedded(tmp_path: Path, mark: str) -> EmbeddedLinks:
    """Not yet started; ended with the test."""
    return EmbeddedLinks(Surroundings(folder=tmp_path, mark=mark, seed=1))


@pytest.fixture
def upstream() -> Callable[[], Any]:
    """`async with upstream() as address`: answers each line that it gets with "you said" and the line."""

    @asynccontextmanager
    async def serve() -> Any:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while line := await reader.readline():
                writer.write(b"you said " + line)
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        try:
            yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()

    return serve


@pytest.fixture
def answering() -> Iterator[Callable[[int, str], tuple[str, int]]]:
    """A server that gives every request that status and body; returns its host and port."""
    servers: list[ThreadingHTTPServer] = []

    def serve(status: int, body: str) -> tuple[str, int]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            do_POST = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return "127.0.0.1", server.server_address[1]

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()
