"""The client made safe: against the embedded proxy, and against servers that are none, or are gone."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos.backends import toxiproxy
from chaos.backends.embedded import EmbeddedLinks
from chaos.backends.links import Surroundings
from chaos.backends.toxiproxy import ToxiproxyClient
from chaos.errors import EnvironmentFailed
from chaos.faults.fault import ToxicSpec

SLOW = ToxicSpec("latency", "downstream", {"latency_s": 0.1, "jitter_s": 0.0})
CALLS: dict[str, Callable[[ToxiproxyClient], Any]] = {
    "create": lambda client: client.create("db", "127.0.0.1:1", "127.0.0.1:0"),
    "add_toxic": lambda client: client.add_toxic("db", "slow", SLOW, 1.0),
    "disable": lambda client: client.disable("db"),
    "effects": lambda client: client.effects(),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, "it broke", "500"),
        (403, "not you", "403"),
        (404, '{"error":"proxy not found"}', "not found|404"),
        (200, "<html>hello</html>", "what it answered is no Toxiproxy's answer"),
    ],
)
def test_any_refusal_is_one_error_that_says_what_and_why(
    answering: Any, call: str, status: int, body: str, reason: str
) -> None:
    host, port = answering(status, body)
    with pytest.raises(
        EnvironmentFailed, match=rf"the proxy server at http://{host}:{port}: .* could not be .*{reason}"
    ):
        CALLS[call](ToxiproxyClient(host, port))


@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_is_gone_can_not_be_reached(call: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(EnvironmentFailed, match="it can't be reached"):
        CALLS[call](ToxiproxyClient("127.0.0.1", port))


@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_never_answers_is_given_up_at_the_deadline(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toxiproxy, "DEADLINE_S", 0.05)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(EnvironmentFailed, match=r"no answer within 0\.05s"),
    ):
        CALLS[call](ToxiproxyClient("127.0.0.1", silent.getsockname()[1]))


def test_the_library_itself_is_left_as_it_was() -> None:
    import toxiproxy as library

    before = (library.api.APIConsumer.host, library.api.APIConsumer.port, library.api.requests)
    ToxiproxyClient("127.0.0.2", 1)
    assert (library.api.APIConsumer.host, library.api.APIConsumer.port, library.api.requests) == before
    assert sys.modules["toxiproxy"] is library


def test_two_servers_are_talked_to_at_once(run: Any, tmp_path: Path, mark: str) -> None:
    async def both() -> None:
        clients = []
        for number in (1, 2):
            folder = tmp_path / str(number)
            folder.mkdir()
            links = EmbeddedLinks(Surroundings(folder=folder, mark=mark, seed=1))
            await links.start({f"link{number}": "127.0.0.1:1"}, lambda undo: None)
            clients.append(links)
        assert [list(await links.carried()) for links in clients] == [["link1"], ["link2"]]

    run(both())


def test_a_name_that_is_taken_is_told(run: Any, embedded: EmbeddedLinks) -> None:
    async def twice() -> None:
        await embedded.start({"db": "127.0.0.1:1"}, lambda undo: None)
        with pytest.raises(EnvironmentFailed, match=r"the proxy 'db' could not be created: .*already exists"):
            await embedded.add({"db": "127.0.0.1:1"})

    run(twice())
