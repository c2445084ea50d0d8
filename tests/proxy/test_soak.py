"""The long runs: a thousand edits of toxics while data is in flight, and five thousand connections at once."""

from __future__ import annotations

import hashlib
import os
import resource
import socket
import threading
from typing import Any

import pytest

pytestmark = pytest.mark.nightly

CHUNK = 1 << 20
EDITS = 1000
CONNECTIONS = 5000
TOXICS: list[tuple[str, dict[str, int]]] = [
    ("latency", {"latency": 2, "jitter": 2}),
    ("slicer", {"average_size": 40_000, "size_variation": 9000, "delay": 10}),
    ("bandwidth", {"rate": 50_000}),
    ("noop", {}),
]


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_a_thousand_edits_during_a_transfer_lose_and_reorder_nothing(
    server: Any, upstream: Any, connect: Any, stream: str
) -> None:
    """Data goes round through an echo for as long as it takes to make all edits; both ends keep a running hash."""
    address = server.proxy(f"soak-{stream}", upstream().address)
    sock = connect(address)
    edited = threading.Event()
    sent, received = hashlib.sha256(), hashlib.sha256()
    sizes = [0, 0]

    def send() -> None:
        while not edited.is_set():
            data = os.urandom(CHUNK)
            sent.update(data)
            sizes[0] += len(data)
            sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)

    def receive() -> None:
        while data := sock.recv(1 << 16):
            received.update(data)
            sizes[1] += len(data)

    threads = [threading.Thread(target=send, daemon=True), threading.Thread(target=receive, daemon=True)]
    for thread in threads:
        thread.start()
    path = f"/proxies/soak-{stream}/toxics"
    for number in range(EDITS // 4):
        kind, attributes = TOXICS[number % len(TOXICS)]
        other, other_attributes = TOXICS[(number + 1) % len(TOXICS)]
        server.ok("POST", path, {"type": kind, "name": "a", "stream": stream, "attributes": attributes})
        server.ok("POST", path, {"type": other, "name": "b", "stream": stream, "attributes": other_attributes})
        server.ok("DELETE", f"{path}/a")
        server.ok("DELETE", f"{path}/b")
    edited.set()
    for thread in threads:
        thread.join(120)
    assert sizes[0] == sizes[1] > 60 * CHUNK
    assert sent.digest() == received.digest()


def test_five_thousand_connections_are_all_served_and_the_api_answers_meanwhile(server: Any) -> None:
    """One process holds both ends: 5,000 clients and 5,000 accepted sockets, each echoing one number."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4 * CONNECTIONS:
        pytest.skip(f"needs {4 * CONNECTIONS} descriptors, may have {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    address = server.proxy("crowd", listener.getsockname())
    server.toxic("crowd", "latency", latency=20)
    clients, accepted = [], []
    try:
        for _ in range(CONNECTIONS):
            clients.append(socket.create_connection(address, timeout=30))
            accepted.append(listener.accept()[0])
        assert server.effects("crowd")["open"] == CONNECTIONS
        for number, client in enumerate(clients):
            client.sendall(b"%06d" % number)
        for sock in accepted:
            sock.sendall(sock.recv(6, socket.MSG_WAITALL))
        assert server.ok("GET", "/version")
        answers = [client.recv(6, socket.MSG_WAITALL) for client in clients]
        assert answers == [b"%06d" % number for number in range(CONNECTIONS)]
    finally:
        for sock in [*clients, *accepted, listener]:
            sock.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
