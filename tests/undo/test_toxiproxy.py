"""Undoing over Toxiproxy's API: every answer, and none at all."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from chaos.undo import perform, toxiproxy
from chaos.undo.undo import Undo


@pytest.fixture
def server() -> Iterator[Callable[[bytes | None], tuple[str, list[bytes]]]]:
    """Answers one call with these bytes (None: never), and keeps what it was asked."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener, closing(socket.socket()) as _:
        kept: list[socket.socket] = []

        def answering(answer: bytes | None) -> tuple[str, list[bytes]]:
            asked: list[bytes] = []

            def serve() -> None:
                connection, _ = listener.accept()
                kept.append(connection)
                request = connection.recv(4096)
                while b"\r\n\r\n" not in request or (b"POST" in request and not request.endswith(b"}")):
                    request += connection.recv(4096)
                asked.append(request)
                if answer is not None:
                    connection.sendall(answer)
                    connection.close()

            threading.Thread(target=serve, daemon=True).start()
            return f"http://127.0.0.1:{listener.getsockname()[1]}", asked

        yield answering
        for connection in kept:
            connection.close()


def reply(status: str, body: str = "{}") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def remove(api: str) -> Undo:
    place = {"api": api, "proxy": "db/x", "listen": "127.0.0.1:1", "upstream": "127.0.0.1:2"}
    return Undo("1", "toxic.remove", {**place, "toxic": "slow down?"}, "", "")


def enable(api: str) -> Undo:
    return Undo("1", "proxy.enable", {"api": api, "proxy": "db"}, "", "")


@pytest.mark.parametrize("answer", ["204 No Content", "200 OK", "404 Not Found"])
def test_done_and_not_here_both_count_as_undone(server: Callable[..., tuple[str, list[bytes]]], answer: str) -> None:
    api, asked = server(reply(answer))
    assert perform(remove(api)) is None
    assert asked[0].startswith(b"DELETE /proxies/db%2Fx/toxics/slow%20down%3F HTTP/1.1\r\n")


def test_taking_up_posts_nothing_but_enabled(server: Callable[..., tuple[str, list[bytes]]]) -> None:
    api, asked = server(reply("200 OK"))
    assert perform(enable(api)) is None
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /proxies/db HTTP/1.1")
    assert json.loads(body) == {"enabled": True}


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (reply("500 Internal Server Error", "it\nbroke"), "/proxies/db: 500 it\nbroke"),
        (reply("405 Method Not Allowed", ""), "/proxies/db: 405"),
        (b"", "Remote end closed connection without response"),
        (b"SSH-2.0-OpenSSH\r\n", "SSH-2.0-OpenSSH"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "IncompleteRead"),
    ],
)
def test_any_other_answer_is_a_failure_that_says_what_came(
    server: Callable[..., tuple[str, list[bytes]]], answer: bytes, failure: str
) -> None:
    api, _ = server(answer)
    said = perform(enable(api))
    assert said is not None
    assert said.startswith(f"POST {api}/proxies/db: ")
    assert failure in said


def test_no_answer_ends_in_a_failure_at_the_deadline(
    server: Callable[..., tuple[str, list[bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toxiproxy, "DEADLINE_S", 0.05)
    api, _ = server(None)
    said = perform(enable(api))
    assert said is not None
    assert said.startswith(f"POST {api}/proxies/db: ")


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str]]]:
    """A server whose first call gets no answer; all later ones do."""
    monkeypatch.setattr(toxiproxy, "DEADLINE_S", 0.2)
    asked: list[str] = []
    kept: list[socket.socket] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            for number in range(4):
                connection, _ = listener.accept()
                kept.append(connection)
                with connection.makefile("rb") as request:
                    line = request.readline().decode().rpartition(" ")[0]
                    length = 0
                    while header := request.readline().strip():
                        name, _, value = header.partition(b":")
                        length = int(value) if name.lower() == b"content-length" else length
                    asked.append(f"{line} {request.read(length).decode()}".strip())
                if number:
                    connection.sendall(reply("200 OK"))

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
    for connection in kept:
        connection.close()


def test_a_toxic_that_does_not_go_takes_its_proxy_along_which_is_made_anew(stuck: tuple[str, list[str]]) -> None:
    api, asked = stuck
    assert perform(remove(api)) is None
    made = '{"name": "db/x", "listen": "127.0.0.1:1", "upstream": "127.0.0.1:2"}'
    toxic = "DELETE /proxies/db%2Fx/toxics/slow%20down%3F"
    assert asked == [toxic, "DELETE /proxies/db%2Fx", f"POST /proxies {made}"]


def test_somebody_elses_proxy_is_never_deleted_but_taken_down_and_up(stuck: tuple[str, list[str]]) -> None:
    api, asked = stuck
    place = {"api": api, "proxy": "db", "listen": "", "upstream": ""}
    assert perform(Undo("1", "toxic.remove", {**place, "toxic": "slow"}, "", "")) is None
    toxic = "DELETE /proxies/db/toxics/slow"
    assert asked == [toxic, 'POST /proxies/db {"enabled": false}', 'POST /proxies/db {"enabled": true}', toxic]


def test_a_server_that_is_gone_has_taken_its_toxics_with_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert perform(remove(f"http://127.0.0.1:{port}")) is None
