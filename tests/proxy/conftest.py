"""A proxy in a child process, upstreams in threads, and chains driven by hand."""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from chaos.proxy.chain import Chain, Output
from chaos.proxy.effects import Counters
from chaos.proxy.stage import Stage
from chaos.proxy.toxics import TOXICS
from chaos.proxy.toxics.base import Close, Common, Reset, Site, Stream, Toxic
from chaos.proxy.wire import attributes_from_wire

PATIENCE_S = 20.0  # for things that happen at once on a machine that is not busy


# Without sockets


def make_toxic(type_name: str, *, stream: Stream = "downstream", seed: str = "seed", **attributes: object) -> Toxic:
    kind = TOXICS[type_name]
    return kind(attributes_from_wire(kind.schema, attributes)[1], Site(stream, 1, seed))


class DrivenChain:
    """A chain on a clock that the test moves; `log` holds (time, output) of all that came out."""

    def __init__(self, *toxics: Toxic, start_s: float = 0.0) -> None:
        self.now_s = start_s
        self.room_bytes = 1 << 40
        self.log: list[tuple[float, Output]] = []
        self.stages = [Stage(f"t{place}", place, toxic, Counters()) for place, toxic in enumerate(toxics)]
        self.chain = Chain(self.stages)
        self.chain.start(start_s)

    def add(self, toxic: Toxic, name: str = "added") -> Stage:
        stage = Stage(name, 1000, toxic, Counters())
        self.stages.append(stage)
        self.chain.add(stage, self.now_s)
        self._advance()
        return stage

    def update(self, name: str, toxic: Toxic) -> None:
        self.chain.update(name, toxic.attributes, self.now_s)
        self._advance()

    def remove(self, name: str) -> None:
        self.chain.remove(name, self.now_s)
        self._advance()

    def feed(self, data: bytes, at_s: float | None = None) -> None:
        self.until(self.now_s if at_s is None else at_s)
        self.chain.feed(data, self.now_s)
        self._advance()

    def end(self, at_s: float | None = None) -> None:
        self.until(self.now_s if at_s is None else at_s)
        self.chain.end(self.now_s)
        self._advance()

    def until(self, time_s: float) -> None:
        """Let time pass, stopping wherever the chain has something to do."""
        while (due_s := self.chain.next_due_s(self.now_s)) <= time_s:
            self.now_s = max(due_s, self.now_s)
            self._advance()
        self.now_s = max(time_s, self.now_s)
        self._advance()

    def run_dry(self) -> None:
        """Let time pass until nothing is left to wait for."""
        while (due_s := self.chain.next_due_s(self.now_s)) < math.inf:
            self.until(due_s)

    def _advance(self) -> None:
        while (outputs := self.chain.advance(self.now_s, self.room_bytes)) or self.chain.tired:
            self.log.extend((self.now_s, output) for output in outputs)
            self.room_bytes -= sum(len(output) for output in outputs if isinstance(output, bytes))

    @property
    def data(self) -> bytes:
        return b"".join(output for _, output in self.log if isinstance(output, bytes))

    @property
    def times(self) -> list[tuple[float, bytes]]:
        """When each piece of data came out; milliseconds, rounded."""
        return [(round(at_s * 1000, 3), output) for at_s, output in self.log if isinstance(output, bytes)]

    @property
    def ends(self) -> list[tuple[float, Output]]:
        """The same for all that is no data."""
        return [(round(at_s * 1000, 3), output) for at_s, output in self.log if not isinstance(output, bytes)]


class DrivenConnection:
    """Both directions of one connection, with two-sided toxics in both; on a clock that the test moves.

    `toxics`: (type, attributes) in order of creation. Feeding one side returns all that came out on either since.
    `quickly`: data is tried to be passed quickly first, as a link does it.
    """

    def __init__(
        self, *toxics: tuple[str, dict[str, object]], late: bool = False, seed: str = "seed", quickly: bool = True
    ) -> None:
        self.now_s = 0.0
        self._quickly = quickly
        self.common = [Common() for _ in toxics]
        self.counters = [Counters(reads=TOXICS[name].reads) for name, _ in toxics]
        self.to_server = b""
        self.to_client = b""
        self.ends: list[tuple[str, Close | Reset]] = []
        shared: dict[str, object] = {}
        self.chains: dict[Stream, Chain] = {"upstream": Chain(()), "downstream": Chain(())}
        for number, (name, attributes) in enumerate(toxics):
            kind = TOXICS[name]
            checked = attributes_from_wire(kind.schema, attributes)[1]
            for stream, chain in self.chains.items():
                sites = Site(stream, 1, f"{seed}/{stream}", shared, f"t{number}", late=late, common=self.common[number])
                order = number if stream == "upstream" else -number
                chain.stages.append(Stage(f"t{number}", order, kind(checked, sites), self.counters[number]))
                chain.stages.sort(key=lambda stage: stage.order)

    def client(self, data: bytes, at_s: float | None = None) -> tuple[bytes, bytes]:
        """What the client sends; what reached the server and the client."""
        return self._feed("upstream", data, at_s)

    def server(self, data: bytes, at_s: float | None = None) -> tuple[bytes, bytes]:
        return self._feed("downstream", data, at_s)

    def client_ends(self) -> tuple[bytes, bytes]:
        self.chains["upstream"].end(self.now_s)
        return self._advance()

    def server_ends(self) -> tuple[bytes, bytes]:
        self.chains["downstream"].end(self.now_s)
        return self._advance()

    def until(self, time_s: float) -> tuple[bytes, bytes]:
        before = len(self.to_server), len(self.to_client)
        while (due_s := min(chain.next_due_s(self.now_s) for chain in self.chains.values())) <= time_s:
            self.now_s = max(due_s, self.now_s)
            self._advance()
        self.now_s = max(time_s, self.now_s)
        self._advance()
        return self.to_server[before[0] :], self.to_client[before[1] :]

    def remove(self, name: str) -> tuple[bytes, bytes]:
        for chain in self.chains.values():
            chain.remove(name, self.now_s)
        return self._advance()

    @property
    def is_relay(self) -> bool:
        """All toxics are gone."""
        return not any(chain.stages for chain in self.chains.values())

    def _feed(self, stream: Stream, data: bytes, at_s: float | None) -> tuple[bytes, bytes]:
        if at_s is not None:
            self.until(at_s)
        before = len(self.to_server), len(self.to_client)
        if not self._quickly:
            self.chains[stream].feed(data, self.now_s)
        elif (passed := self.chains[stream].pass_quickly(data, self.now_s)) is not None:
            self._pass(stream, passed)
        self._advance()
        return self.to_server[before[0] :], self.to_client[before[1] :]

    def _pass(self, stream: Stream, data: bytes) -> None:
        if stream == "upstream":
            self.to_server += data
        else:
            self.to_client += data

    def _advance(self) -> tuple[bytes, bytes]:
        before = len(self.to_server), len(self.to_client)
        moved = True
        while moved:
            moved = False
            for stream, chain in self.chains.items():
                outputs = chain.advance(self.now_s, 1 << 40)
                moved = moved or bool(outputs) or chain.tired
                for output in outputs:
                    if isinstance(output, bytes):
                        self._pass(stream, output)
                    elif isinstance(output, tuple):
                        stage, answer = output
                        other = self.chains["downstream" if stream == "upstream" else "upstream"]
                        other.answer(stage.name, answer, self.now_s)
                    else:
                        self.ends.append((stream, output))
        return self.to_server[before[0] :], self.to_client[before[1] :]


@pytest.fixture(scope="session")
def toxic() -> Callable[..., Toxic]:
    """`toxic("latency", latency=100)`: attributes as on the wire."""
    return make_toxic


@pytest.fixture(scope="session")
def driven() -> Callable[..., DrivenChain]:
    """`driven(toxic, toxic, ...)`: a chain on a clock of its own."""
    return DrivenChain


@pytest.fixture(scope="session")
def exchange() -> Callable[..., DrivenConnection]:
    """`exchange(("http_error", {"status": 500}))`: both directions of a connection, on a clock of its own."""
    return DrivenConnection


# Over the wire


class ProxyProcess:
    """`python -m chaos.proxy` on a free port, and its API. `command`: other words for Python in place of the module."""

    def __init__(self, *flags: str, log_level: str = "warn", command: Sequence[str] = ("-m", "chaos.proxy")) -> None:
        read_fd, write_fd = os.pipe()
        env = {**os.environ, "LOG_LEVEL": log_level}
        words = [sys.executable, *command, "--port", "0", "--ready-fd", str(write_fd), *flags]
        self.process = subprocess.Popen(words, pass_fds=[write_fd], env=env, stdout=subprocess.PIPE)
        os.close(write_fd)
        with os.fdopen(read_fd) as ready:
            line = ready.readline()
        assert line, f"the proxy did not start, exit code {self.process.wait(PATIENCE_S)}"
        self.host, self.port = json.loads(line)["host"], json.loads(line)["port"]

    def call(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON (or text) of the answer. `body`: bytes are sent as they are, anything else as JSON."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)
        with contextlib.closing(connection):
            raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
            connection.request(method, path, raw, headers or {})
            response = connection.getresponse()
            text = response.read().decode()
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text

    def ok(self, method: str, path: str, body: object = None) -> Any:
        status, answer = self.call(method, path, body)
        assert 200 <= status < 300, (status, answer)
        return answer

    def proxy(self, name: str, upstream: tuple[str, int] | str) -> tuple[str, int]:
        """Make a proxy; where it listens."""
        if not isinstance(upstream, str):
            upstream = f"{upstream[0]}:{upstream[1]}"
        made = self.ok("POST", "/proxies", {"name": name, "listen": "127.0.0.1:0", "upstream": upstream})
        host, _, port = made["listen"].rpartition(":")
        return host, int(port)

    def toxic(self, proxy: str, type_name: str, **fields: Any) -> str:
        """Add a toxic; its name. `stream`, `toxicity` and `name` go beside the attributes."""
        top = {key: fields.pop(key) for key in ("stream", "toxicity", "name") if key in fields}
        body = {"type": type_name, **top, "attributes": fields}
        return str(self.ok("POST", f"/proxies/{proxy}/toxics", body)["name"])

    def effects(self, proxy: str) -> Any:
        return self.ok("GET", "/gatecrash/v1/effects")["proxies"][proxy]

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def server() -> Iterator[ProxyProcess]:
    """One for the tests of a module, which must use different names of proxies."""
    running = ProxyProcess("--seed", "1")
    yield running
    assert running.stop() == 0


@pytest.fixture
def new_server() -> Iterator[Callable[..., ProxyProcess]]:
    """`new_server("--full-close")`: one with flags of its own."""
    started: list[ProxyProcess] = []

    def start(*flags: str, **options: Any) -> ProxyProcess:
        started.append(ProxyProcess(*flags, **options))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.stop()


class Upstream:
    """A TCP server; `serve` is called with each connection, in a thread of its own."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address: tuple[str, int] = self._listener.getsockname()
        self.accepted: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.accepted.append(sock)
            threading.Thread(target=self._run, args=(sock,), daemon=True).start()

    def _run(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._serve(sock)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self.accepted:
            sock.close()


def echo(sock: socket.socket) -> None:
    """Until the end, which is echoed too."""
    while data := sock.recv(65536):
        sock.sendall(data)
    sock.shutdown(socket.SHUT_WR)


@pytest.fixture
def upstream() -> Iterator[Callable[..., Upstream]]:
    """`upstream(serve)`: a server for this test; without `serve` it echoes."""
    running: list[Upstream] = []

    def start(serve: Callable[[socket.socket], None] = echo) -> Upstream:
        running.append(Upstream(serve))
        return running[-1]

    yield start
    for each in running:
        each.close()


@pytest.fixture
def connect() -> Iterator[Callable[[tuple[str, int]], socket.socket]]:
    opened: list[socket.socket] = []

    def open_one(address: tuple[str, int]) -> socket.socket:
        opened.append(socket.create_connection(address, timeout=PATIENCE_S))
        return opened[-1]

    yield open_one
    for sock in opened:
        sock.close()


class Wire:
    """What tests do with sockets."""

    @staticmethod
    def read(sock: socket.socket, size: int) -> bytes:
        """Exactly so many bytes, less only if the other side ends."""
        parts: list[bytes] = []
        while size and (data := sock.recv(min(size, 1 << 18))):
            parts.append(data)
            size -= len(data)
        return b"".join(parts)

    @staticmethod
    def read_all(sock: socket.socket) -> bytes:
        """Until the end."""
        parts: list[bytes] = []
        while data := sock.recv(1 << 18):
            parts.append(data)
        return b"".join(parts)

    @staticmethod
    def silent_for(sock: socket.socket, time_s: float) -> bool:
        """Whether neither data nor an end comes for so long."""
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)
            return not selector.select(time_s)

    @staticmethod
    def eventually(holds: Callable[[], object], what: str = "") -> None:
        """Wait until it holds."""
        deadline_s = time.monotonic() + PATIENCE_S
        pause = threading.Event()
        while not holds():
            assert time.monotonic() < deadline_s, f"never came true: {what or holds}"
            pause.wait(0.005)


@pytest.fixture(scope="session")
def wire() -> type[Wire]:
    return Wire
