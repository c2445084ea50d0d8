"""§12: no API call waits for a connection. Toxiproxy's calls hang here, so each test has a server of its own."""

import contextlib
import socket

import pytest

PROMPT_S = 4.0  # that it takes on a busy machine
HANGS_S = 1.0  # Toxiproxy's calls go on for 25 s


def prompt(server, differ, *words):
    """The call answers; or it hangs, which is how `differ` says that this server differs."""
    return server.answers_within(HANGS_S if differ else PROMPT_S, *words)


@pytest.fixture
def hanging():
    """The address of an upstream that answers no connect, and what makes it answer."""
    with socket.socket() as listener, contextlib.ExitStack() as opened:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = [opened.enter_context(socket.socket()) for _ in range(3)]
        for sock in fillers:
            sock.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                sock.connect(listener.getsockname())

        def answer():
            for sock in fillers:
                sock.close()
            listener.settimeout(0.05)
            with contextlib.suppress(TimeoutError):
                while True:
                    opened.enter_context(listener.accept()[0])
            listener.settimeout(20)
            return listener

        yield listener.getsockname(), answer


def stalled(proxy, wire):
    """A connection whose client does not read, until nothing more can be sent to it."""
    client, remote = proxy.open()
    remote.settimeout(0.25)
    for _ in range(2):  # a pause may be the machine's
        with contextlib.suppress(TimeoutError):
            while True:
                remote.send(bytes(65536))
    remote.settimeout(wire.PATIENCE_S)
    return client, remote


@pytest.mark.parametrize("edit", ["add", "update", "remove", "reset"])
def test_a_client_that_does_not_read(own_server, upstream, wire, differs, edit):
    server = own_server()
    proxy = server.proxy(upstream())
    toxic = proxy.toxic("noop", name="n")
    client, _ = stalled(proxy, wire)
    words = {
        "add": ("POST", f"{proxy.path}/toxics", {"type": "latency"}),
        "update": ("PATCH", toxic, {}),
        "remove": ("DELETE", toxic),
        "reset": ("POST", "/reset"),
    }[edit]
    hangs = differs("api-waits")
    assert prompt(server, hangs, *words) is not hangs
    if hangs:
        return
    assert server.answers_within(PROMPT_S, "GET", "/proxies")
    assert server.answers_within(PROMPT_S, "POST", proxy.path, {"enabled": False})
    assert server.answers_within(PROMPT_S, "DELETE", proxy.path)
    wire.gone(client)


def test_what_changed_under_a_stalled_link_acts_when_its_reader_moves(own_server, upstream, wire, differs):
    server = own_server()
    proxy = server.proxy(upstream())
    toxic = proxy.toxic("bandwidth", rate=1_000_000)
    client, remote = stalled(proxy, wire)
    if differs("api-waits"):
        assert not server.answers_within(HANGS_S, "DELETE", toxic)
        return
    proxy.remove(toxic)
    thread = wire.sending(remote, b"", close=True)
    assert len(wire.read_all(client)) > 65536
    thread.join()


@pytest.mark.parametrize("edit", ["update", "remove", "reset", "disable"])
def test_a_reset_that_waits(own_server, upstream, wire, differs, edit):
    server = own_server()
    proxy = server.proxy(upstream())
    toxic = proxy.toxic("reset_peer", timeout=60_000)
    client, remote = proxy.open()
    remote.sendall(b"lost")
    assert wire.silent_for(client, 0.1)
    words = {
        "update": ("PATCH", toxic, {"attributes": {"timeout": 59_000}}),
        "remove": ("DELETE", toxic),
        "reset": ("POST", "/reset"),
        "disable": ("POST", proxy.path, {"enabled": False}),
    }[edit]
    hangs = edit != "disable" and differs("api-waits")
    assert prompt(server, hangs, *words) is not hangs
    if hangs:
        return
    assert server.answers_within(PROMPT_S, "GET", "/proxies")


@pytest.mark.parametrize("edit", ["disable", "delete", "upstream"])
def test_an_upstream_that_does_not_answer(own_server, hanging, wire, differs, edit):
    server = own_server()
    proxy = server.proxy(hanging[0])
    with proxy.connect() as client:
        assert wire.silent_for(client, 0.2)
        words = {
            "disable": ("POST", proxy.path, {"enabled": False}),
            "delete": ("DELETE", proxy.path),
            "upstream": ("POST", proxy.path, {"upstream": "127.0.0.1:1"}),
        }[edit]
        hangs = differs("connect-in-line")
        assert prompt(server, hangs, *words) is not hangs
        if hangs:
            assert server.answers_within(HANGS_S, "GET", "/proxies") is (edit != "delete")
            return
        assert server.answers_within(PROMPT_S, "GET", "/proxies")
        assert wire.gone(client) == b""


def test_one_hanging_connect_does_not_hold_up_the_next_client(own_server, hanging, wire, differs):
    address, answer = hanging
    proxy = own_server().proxy(address)
    with proxy.connect() as first:
        first.sendall(b"1")
        assert wire.silent_for(first, 0.2)
        listener = answer()
        with proxy.connect() as second:
            second.sendall(b"2")
            remote, _ = listener.accept()
            with remote:
                remote.settimeout(wire.PATIENCE_S)
                # The first one's connect is tried again by the system only after a second.
                assert remote.recv(1) == (b"1" if differs("connect-in-line") else b"2")


def test_a_client_that_vanished_blocks_nothing(own_server, upstream, wire):
    server = own_server()
    proxy = server.proxy(upstream())
    toxic = proxy.toxic("latency", latency=60_000)
    client, remote = proxy.open()
    remote.sendall(b"held")
    assert wire.silent_for(client, 0.1)
    client.close()
    assert server.answers_within(PROMPT_S, "PATCH", toxic, {})
    assert server.answers_within(PROMPT_S, "DELETE", toxic)
    assert server.answers_within(PROMPT_S, "DELETE", proxy.path)
    assert wire.gone(remote) == b""
