"""The two servers that the contracts are checked on, each a child process, and calls of its API."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_S = 20.0  # for what happens at once on a machine that is not busy
FOLDER = Path("/opt/toxiproxy")
PORTS = range(18_000, 32_000)  # below those that the system gives out by itself


def find_program(name: str) -> str | None:
    """Toxiproxy's `server` or `cli`: by TOXIPROXY_SERVER or TOXIPROXY_CLI, on PATH, or where we install them."""
    given = os.environ.get(f"TOXIPROXY_{name.upper()}")
    if not given and name == "cli" and (server := os.environ.get("TOXIPROXY_SERVER")):
        beside = Path(server).with_name("cli")
        given = str(beside) if beside.exists() else None
    installed = FOLDER / name
    return given or shutil.which(f"toxiproxy-{name}") or (str(installed) if installed.exists() else None)


def free_port() -> int:
    """One that nobody listens on, and that no connection will be given by chance."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def eventually(holds: Callable[[], Any], what: str = "", patience_s: float = PATIENCE_S) -> Any:
    """What `holds` returns, once that is true."""
    deadline_s = time.monotonic() + patience_s
    pause = threading.Event()
    while not (found := holds()):
        assert time.monotonic() < deadline_s, f"never came true: {what or holds}"
        pause.wait(0.005)
    return found


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def error(self) -> tuple[int, str]:
        """Status and text of an answer that must be an error of exactly Toxiproxy's form."""
        assert set(self.json) == {"error", "status"}, self.raw
        assert self.json["status"] == self.status
        return self.status, self.json["error"]


class Server:
    """`kind` is `embedded` or `toxiproxy`. `port` 0: a free one."""

    def __init__(
        self, kind: str, log: Path, *flags: str, env: Mapping[str, str | None], host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.kind = kind
        self.log_path = log
        self.host = host
        self._names = itertools.count(1)
        surroundings = {**os.environ, "LOG_LEVEL": "warn", **env}
        self._env = {key: value for key, value in surroundings.items() if value is not None}
        self.process, self.port = self._start_embedded(flags, port) if kind == "embedded" else self._start(flags, port)

    def _start_embedded(self, flags: tuple[str, ...], port: int) -> tuple[subprocess.Popen[bytes], int]:
        read_fd, write_fd = os.pipe()
        words = [sys.executable, "-m", "chaos", "proxy", "--port", str(port), "--ready-fd", str(write_fd), *flags]
        with self.log_path.open("wb") as log:
            process = subprocess.Popen(words, pass_fds=[write_fd], env=self._env, stdout=log, stderr=log)
        os.close(write_fd)
        with os.fdopen(read_fd) as ready:
            line = ready.readline()
        assert line, f"it did not start: {process.wait(PATIENCE_S)}\n{self.log_path.read_text()}"
        return process, int(json.loads(line)["port"])

    def _start(self, flags: tuple[str, ...], port: int) -> tuple[subprocess.Popen[bytes], int]:
        program = find_program("server")
        assert program
        while True:
            self.port = port or free_port()
            with self.log_path.open("wb") as log:
                words = [program, "-port", str(self.port), *flags]
                process = subprocess.Popen(words, env=self._env, stdout=log, stderr=log)
            if eventually(lambda process=process: self._listens(process) or process.poll() is not None) is True:
                return process, self.port
            assert not port, self.log_path.read_text()
            process.kill()
            process.wait()

    def _listens(self, process: subprocess.Popen[bytes]) -> bool | str:
        if "Server finished with error" in self.log_path.read_text():
            return "no"
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.call("GET", "/version").status == 200
        return False

    # The API

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        timeout_s: float = PATIENCE_S,
    ) -> Answer:
        """`body`: bytes are sent as they are, anything else as JSON."""
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout_s)
        with contextlib.closing(connection):
            connection.request(method, path, raw, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())

    def ok(self, method: str, path: str, body: object = None) -> Any:
        answer = self.call(method, path, body)
        assert 200 <= answer.status < 300, answer
        return answer.json if answer.raw else None

    def answers_within(self, time_s: float, method: str, path: str, body: object = None) -> bool:
        """Whether it does; the call may still be going on when it does not."""
        began_s = time.monotonic()
        try:
            status = self.call(method, path, body, timeout_s=time_s).status
        except TimeoutError:
            return False
        assert status < 300, status
        return time.monotonic() - began_s < time_s

    def raw(self, request: bytes) -> bytes:
        """All that comes back on a connection of its own, which the server must end."""
        with socket.create_connection((self.host, self.port), timeout=PATIENCE_S) as sock:
            sock.sendall(request)
            return b"".join(iter(lambda: sock.recv(65536), b""))

    def new_name(self) -> str:
        return f"p{next(self._names)}"

    def proxy(self, upstream: Any, name: str = "", listen: str = "127.0.0.1:0", **fields: object) -> Proxied:
        """Make one. `upstream` is an address, or what has one."""
        address = getattr(upstream, "address", upstream)
        text = address if isinstance(address, str) else f"{address[0]}:{address[1]}"
        made = self.ok(
            "POST", "/proxies", {"name": name or self.new_name(), "listen": listen, "upstream": text, **fields}
        )
        return Proxied(self, made["name"], upstream)

    def clear(self) -> None:
        for name in self.ok("GET", "/proxies"):
            self.call("DELETE", f"/proxies/{name}")

    # The process

    def log(self) -> list[dict[str, Any]]:
        lines = self.log_path.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def logged(self, message: str, **fields: object) -> dict[str, Any]:
        """The first line with this message and these fields, once it is there."""

        def find() -> Any:
            wanted = ({"message": message} if message else {}) | fields
            return next((line for line in self.log() if wanted.items() <= line.items()), None)

        return dict(eventually(find, f"{message} {fields} in {self.log_path.read_text()}"))

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Proxied:
    """A proxy that was made; what a test does with it."""

    def __init__(self, server: Server, name: str, upstream: Any) -> None:
        self._server = server
        self._upstream = upstream
        self.name = name
        self.path = f"/proxies/{name}"

    @property
    def now(self) -> Any:
        return self._server.ok("GET", self.path)

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.now["listen"].rpartition(":")
        return host, int(port)

    def update(self, **fields: object) -> Any:
        return self._server.ok("POST", self.path, fields)

    def delete(self) -> None:
        self._server.ok("DELETE", self.path)

    def toxic(self, type_name: str, stream: str = "downstream", **fields: Any) -> str:
        """Add one; the path of it. `toxicity` and `name` go beside the attributes."""
        top = {key: fields.pop(key) for key in ("toxicity", "name") if key in fields}
        body = {"type": type_name, "stream": stream, **top, "attributes": fields}
        return f"{self.path}/toxics/{self._server.ok('POST', f'{self.path}/toxics', body)['name']}"

    def change(self, toxic: str, **fields: Any) -> Any:
        top = {"toxicity": fields.pop("toxicity")} if "toxicity" in fields else {}
        return self._server.ok("PATCH", toxic, {**top, "attributes": fields})

    def remove(self, toxic: str) -> None:
        self._server.ok("DELETE", toxic)

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=PATIENCE_S)

    def open(self) -> tuple[socket.socket, socket.socket]:
        """A connection through it: the client's socket, and the upstream's."""
        client = self.connect()
        self._upstream.opened.append(client)
        return client, self._upstream.accept()
