"""A waitress server notes when a request began to come in, and when it was there whole."""

import socket
import threading
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from demo_app import arrival
from demo_app.serving import make_server

WaitUntil = Callable[[Callable[[], bool], str], None]


class Clock:
    """`looks`: how often a server has asked for the time, so that one can tell that bytes have arrived."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.looks = 0

    def monotonic(self) -> float:
        self.looks += 1
        return self.now_s


def test_the_time_in_the_queue_and_the_time_of_coming_in_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, wait_until: WaitUntil
) -> None:
    clock, busy = Clock(), threading.Event()
    monkeypatch.setattr(arrival, "time", SimpleNamespace(monotonic=clock.monotonic))
    noted: list[tuple[float, float]] = []

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/first":
            assert busy.wait(30)
        now_s = clock.now_s
        noted.append((arrival.since_first_byte_s(environ, now_s), arrival.since_complete_s(environ, now_s)))
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    def send(connection: socket.socket, data: bytes, *, then_s: float) -> None:
        """Send, see it arrive, and let so much time pass."""
        before = clock.looks
        connection.sendall(data)
        wait_until(lambda: clock.looks > before, "it arrives")
        clock.now_s += then_s

    server: Any = make_server(app, "127.0.0.1", 0, threads=1)
    threading.Thread(target=server.run, daemon=True).start()
    address = ("127.0.0.1", server.effective_port)
    with socket.create_connection(address) as first, socket.create_connection(address) as second:
        first.sendall(b"GET /first HTTP/1.0\r\n\r\n")
        wait_until(lambda: clock.looks >= 2, "the first arrives")
        send(second, b"POST /second HTTP/1.0\r\nContent-Length: 4\r\n\r\n", then_s=3.0)
        send(second, b"half", then_s=2.0)
        busy.set()
        assert second.recv(100).startswith(b"HTTP/1.0 200")
    server.close()
    assert noted[1] == (5.0, 2.0)


def test_without_a_server_nothing_has_waited() -> None:
    assert (arrival.since_first_byte_s({}, 5.0), arrival.since_complete_s({}, 5.0)) == (0.0, 0.0)
