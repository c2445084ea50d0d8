"""Who is compared: our proxy, Toxiproxy, HAProxy, mitmproxy. Each is started, asked what it costs, and ended."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from measure import REPOSITORY, cpu_seconds, resident_kib

START_LIMIT_S = 20.0


class PeerAbsent(Exception):
    """It is not installed, the text says how to do that; or it has not what is measured."""


class Peer:
    """A running proxy in front of the upstream servers."""

    def __init__(self, process: subprocess.Popen[bytes], ports: Mapping[str, int]) -> None:
        self._process = process
        self.ports = ports  # where it listens, by the upstream's role

    @property
    def cpu_s(self) -> float:
        return cpu_seconds(self._process.pid)

    @property
    def resident_mib(self) -> float:
        return resident_kib(self._process.pid) / 1024


class ToxicPeer(Peer):
    """Speaks Toxiproxy's API."""

    def __init__(self, process: subprocess.Popen[bytes], api_port: int) -> None:
        super().__init__(process, {})
        self._api_port = api_port

    def listen(self, upstreams: Mapping[str, int]) -> None:
        """A proxy, named by its role, before each upstream."""
        for role, port in upstreams.items():
            self._call("POST", "/proxies", {"name": role, "listen": "127.0.0.1:0", "upstream": f"127.0.0.1:{port}"})
        made = self._call("GET", "/proxies")
        self.ports = {role: int(str(made[role]["listen"]).rpartition(":")[2]) for role in upstreams}

    def add_toxic(self, role: str, kind: str, **attributes: object) -> None:
        """Downstream, to stay: Toxiproxy can hang when one is removed from a connection that a client has left."""
        toxic = {"name": "measured", "type": kind, "stream": "downstream", "attributes": attributes}
        self._call("POST", f"/proxies/{role}/toxics", toxic)

    def _call(self, method: str, path: str, body: object = None) -> Mapping[str, Mapping[str, object]]:
        connection = http.client.HTTPConnection("127.0.0.1", self._api_port, timeout=10)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status == 400 and b"invalid toxic type" in text:
            raise PeerAbsent(f"{path}: {text.decode()}")
        if answer.status >= 300:
            raise ConnectionError(f"{method} {path}: {answer.status} {text.decode()}")
        made: Mapping[str, Mapping[str, object]] = json.loads(text) if text else {}
        return made


# Commands


def gatecrash_command(api_port: int, *flags: str) -> list[str]:
    """As the toolkit itself starts it."""
    return [sys.executable, "-m", "chaos", "proxy", "--port", str(api_port), *flags]


def toxiproxy_command(api_port: int) -> list[str]:
    return [toxiproxy_server(), "-port", str(api_port)]


def toxiproxy_server() -> str:
    """Raises PeerAbsent."""
    for found in (os.environ.get("TOXIPROXY_SERVER"), shutil.which("toxiproxy-server"), "/opt/toxiproxy/server"):
        if found and Path(found).is_file():
            return found
    raise PeerAbsent(
        "Toxiproxy: GOBIN=/opt/toxiproxy go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0, "
        "or name its server in TOXIPROXY_SERVER"
    )


def toxiproxy_version() -> str:
    """What it was built from, as far as the Go command can tell."""
    if go := shutil.which("go"):
        told = subprocess.run([go, "version", "-m", toxiproxy_server()], capture_output=True, text=True, check=False)
        module = re.search(r"\smod\s+\S*toxiproxy\S*\s+v(\S+)", told.stdout)
        built = re.search(r": (go\S+)", told.stdout)
        if module and built:
            return f"{module[1]}, built with {built[1]}"
    return "of unknown version"


# Starting


@contextmanager
def gatecrash(upstreams: Mapping[str, int], *flags: str) -> Iterator[ToxicPeer]:
    port = free_port()
    with _toxic_peer(gatecrash_command(port, *flags), port, upstreams) as peer:
        yield peer


@contextmanager
def toxiproxy(upstreams: Mapping[str, int]) -> Iterator[ToxicPeer]:
    port = free_port()
    with _toxic_peer(toxiproxy_command(port), port, upstreams) as peer:
        yield peer


@contextmanager
def haproxy(upstreams: Mapping[str, int], folder: Path) -> Iterator[Peer]:
    """Its HTTP mode, with two threads and its default of reusing connections to the server."""
    program = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise PeerAbsent("HAProxy: apt-get install -y --no-install-recommends haproxy")
    port = free_port()
    config = folder / "haproxy.cfg"
    config.write_text(
        "global\n  nbthread 2\n  maxconn 4000\n"
        "defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n"
        f"listen http\n  bind 127.0.0.1:{port}\n  server upstream 127.0.0.1:{upstreams['http']}\n"
    )
    with running([program, "-db", "-q", "-f", str(config)]) as process:
        _wait_until_open(port, process)
        yield Peer(process, {"http": port})


@contextmanager
def mitmproxy(upstreams: Mapping[str, int]) -> Iterator[Peer]:
    program = shutil.which("mitmdump") or "/opt/mitmproxy/bin/mitmdump"
    if not Path(program).is_file():
        raise PeerAbsent("mitmproxy: python3 -m venv /opt/mitmproxy && /opt/mitmproxy/bin/pip install mitmproxy")
    port = free_port()
    upstream = f"reverse:http://127.0.0.1:{upstreams['http']}"
    where = ["--listen-host", "127.0.0.1", "--listen-port", str(port)]
    with running([program, "-q", "--mode", upstream, *where, "--set", "flow_detail=0"]) as process:
        _wait_until_open(port, process)
        yield Peer(process, {"http": port})


@contextmanager
def _toxic_peer(command: list[str], api_port: int, upstreams: Mapping[str, int]) -> Iterator[ToxicPeer]:
    with running(command) as process:
        wait_for_api(api_port, process)
        peer = ToxicPeer(process, api_port)
        peer.listen(upstreams)
        yield peer


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Logs what it logs by default, to nowhere. It has nothing to tidy up, so that it is simply killed."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=REPOSITORY, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for_api(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until `GET /version` is answered; looks as often as it can."""
    question = b"GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 2.0) as sock:
                sock.sendall(question)
                if sock.recv(1024).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        _still_starts(process, deadline)
        time.sleep(0.0002)


def _wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 2.0).close()
        except OSError:
            _still_starts(process, deadline)
            time.sleep(0.02)
        else:
            return


def _still_starts(process: subprocess.Popen[bytes], deadline: float) -> None:
    if process.poll() is not None or time.monotonic() > deadline:
        raise ChildProcessError(f"{process.args!r} did not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
