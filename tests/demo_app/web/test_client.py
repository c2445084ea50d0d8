import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from demo_app.web.client import Ask, Client, DependencyFailed, NotReached, TimedOut

GET = Ask("GET", "/x")


@contextmanager
def serving(
    behave: Callable[[socket.socket, threading.Event], None], asked: list[bytes] | None = None
) -> Iterator[str]:
    """A server that reads one request (into `asked`) and then does as told; the event is set when the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                request = connection.recv(65536)
                if asked is not None:
                    asked.append(request)
                with suppress(OSError):
                    behave(connection, over)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        over.set()
        thread.join(timeout=10)


def trickle(data: bytes) -> Callable[[socket.socket, threading.Event], None]:
    """A byte every 20 ms: each read is quick, the whole takes many times the deadline."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        for byte in data:
            connection.sendall(bytes([byte]))
            if over.wait(0.02):
                return

    return behave


def send(data: bytes) -> Callable[[socket.socket, threading.Event], None]:
    return lambda connection, over: connection.sendall(data)


def test_an_answer_is_read_whole() -> None:
    with serving(send(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/x; a=b\r\nContent-Length: 2\r\n\r\nhi")) as url:
        reply = Client(url).ask(GET, timeout_s=10)
    assert (reply.status, reply.media_type, reply.body) == (404, "text/x", b"hi")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 2000, id="in the head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000, id="in the body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + b"x" * 2000, id="in a chunk"),
    ],
)
def test_the_deadline_is_for_the_whole_of_an_answer_that_trickles(data: bytes) -> None:
    with serving(trickle(data)) as url:
        begun_s = time.monotonic()
        with pytest.raises(TimedOut):
            Client(url).ask(GET, timeout_s=0.3)
        lasted_s = time.monotonic() - begun_s
    assert 0.25 <= lasted_s < 10  # the answer takes 40 s


def test_who_accepts_and_never_answers_is_given_up() -> None:
    with serving(lambda connection, over: over.wait(60) and None) as url, pytest.raises(TimedOut):
        Client(url).ask(GET, timeout_s=0.1)


def test_who_does_not_read_is_given_up() -> None:
    large = Ask("POST", "/x", body=b"x" * 50_000_000)
    with serving(lambda connection, over: over.wait(60) and None) as url, pytest.raises(TimedOut):
        Client(url).ask(large, timeout_s=0.2)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", id="too short"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf", id="half a chunk"),
        pytest.param(b"HTTP/1.1 2xx OK\r\n\r\n", id="no status"),
        pytest.param(b"\x00\x01\x02\r\n\r\n", id="no HTTP"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 5_000_000, id="too long"),
    ],
)
def test_what_is_no_complete_answer_is_a_failure(data: bytes) -> None:
    with serving(send(data)) as url, pytest.raises(DependencyFailed) as failure:
        Client(url).ask(GET, timeout_s=10)
    assert not isinstance(failure.value, NotReached)


@pytest.mark.parametrize(("timeout_s", "says"), [(10.0, True), (None, False)])
def test_who_is_asked_is_told_how_long_is_left(timeout_s: float | None, says: bool) -> None:
    asked: list[bytes] = []
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    with serving(lambda connection, over: connection.sendall(answer), asked) as url:
        Client(url).ask(GET, timeout_s=timeout_s)
    told = re.findall(rb"X-Deadline-Ms: (\d+)\r\n", asked[0])
    assert len(told) == says
    assert all(0 < int(milliseconds) <= 10_000 for milliseconds in told)


def test_a_refused_connection_reached_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotReached):
        Client(f"http://127.0.0.1:{port}").ask(GET, timeout_s=10)


@pytest.mark.parametrize("address", ["", "127.0.0.1:80", "https://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_refused_at_once(address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Client(address)
