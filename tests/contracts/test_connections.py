"""§7: the life of a connection. The embedded proxy runs with -full-close here; `test_half_close.py` is about that."""

import contextlib
import random
import socket
import struct

import pytest

FLAGS = {"embedded": ["-full-close"]}
RESET = struct.pack("ii", 1, 0)


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    sock.close()


@pytest.mark.parametrize("upstream", ["refusing", "no-such-host.invalid:80", "nonsense", "127.0.0.1:99999", ""])
def test_an_upstream_that_can_not_be_reached(server, wire, free_port, upstream):
    proxy = server.proxy(f"127.0.0.1:{free_port()}")
    if upstream != "refusing":
        proxy.update(upstream=upstream)
    for _ in range(2):
        with proxy.connect() as client:
            assert wire.ending(client) == "fin"


def test_data_for_an_upstream_that_refuses_is_lost(server, wire, free_port):
    with server.proxy(f"127.0.0.1:{free_port()}").connect() as client:
        client.sendall(b"nobody reads this")
        assert wire.gone(client) == b""


def test_nothing_is_retried(server, wire, upstream, free_port):
    port = free_port()
    with server.proxy(f"127.0.0.1:{port}").connect() as client:
        wire.ending(client)
    with socket.create_server(("127.0.0.1", port)) as late:
        assert wire.silent_for(late, 0.2)


def test_every_address_of_the_upstream_is_tried(server, wire, upstream):
    up = upstream()
    proxy = server.proxy(up)
    proxy.update(upstream=f"localhost:{up.address[1]}")
    assert wire.passes(*proxy.open())


def test_an_upstream_on_ipv6(server, wire):
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        listener.settimeout(wire.PATIENCE_S)
        with server.proxy(f"[::1]:{listener.getsockname()[1]}").connect() as client:
            remote, _ = listener.accept()
            with remote:
                assert wire.passes(client, remote)


def test_a_connection_goes_to_the_upstream_of_its_time(server, through, upstream, wire):
    assert wire.passes(*through.open())
    other = upstream()
    through.update(upstream=f"127.0.0.1:{other.address[1]}")
    with through.connect() as client:
        assert wire.passes(client, other.accept())


def test_many_connections_side_by_side(through, wire):
    pairs = [through.open() for _ in range(60)]
    for number, (client, _) in enumerate(pairs):
        client.sendall(b"%02d" % number)
    for number, (client, remote) in enumerate(pairs):
        assert wire.read(remote, 2) == b"%02d" % number
        assert wire.passes(client, remote)


def test_the_server_may_speak_first(through, wire):
    client, remote = through.open()
    remote.sendall(b"220 hello")
    assert wire.read(client, 9) == b"220 hello"


def test_small_writes_are_not_gathered(through, wire):
    client, remote = through.open()
    for sock in (client, remote):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    watch = wire.Watch()
    for _ in range(50):
        client.sendall(b"a")
        client.sendall(b"b")
        assert wire.read(remote, 2) == b"ab"
        remote.sendall(b"c")
        assert wire.read(client, 1) == b"c"
    assert watch.s < 1.5  # with Nagle's algorithm on, each turn takes 40 ms


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_a_large_transfer_and_a_close_lose_nothing(through, wire, stream):
    client, remote = through.open()
    source, sink = (client, remote) if stream == "upstream" else (remote, client)
    data = random.Random(1).randbytes(4_000_000)
    thread = wire.sending(source, data, close=True)
    assert wire.read_all(sink) == data
    thread.join()


def test_both_directions_at_once(through, wire):
    client, remote = through.open()
    one, two = (random.Random(seed).randbytes(2_000_000) for seed in (1, 2))
    threads = [wire.sending(client, one), wire.sending(remote, two)]
    assert wire.read(remote, len(one)) == one
    assert wire.read(client, len(two)) == two
    for thread in threads:
        thread.join()


def test_who_does_not_read_stops_the_sender(through, wire):
    client, remote = through.open()
    remote.settimeout(0.3)
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < 64_000_000:
            sent += remote.send(bytes(65536))
    assert sent < 64_000_000
    remote.settimeout(wire.PATIENCE_S)
    thread = wire.sending(remote, b"", close=True)
    assert len(wire.read_all(client)) == sent
    thread.join()


# Ends


@pytest.mark.parametrize("who", ["client", "upstream"])
def test_the_end_of_one_side_is_the_end_of_both(through, wire, who):
    pair = through.open()
    assert wire.passes(*pair)
    ends, sees = pair if who == "client" else reversed(pair)
    ends.sendall(b"last words")
    ends.shutdown(socket.SHUT_WR)
    assert wire.read_all(sees) == b"last words"
    assert wire.ending(ends) == "fin"


@pytest.mark.parametrize("who", ["client", "upstream"])
def test_a_reset_is_an_end_for_the_other_side(through, wire, who):
    pair = through.open()
    assert wire.passes(*pair)
    ends, sees = pair if who == "client" else reversed(pair)
    reset(ends)
    assert wire.ending(sees) == "fin"


def test_what_is_delayed_upstream_is_delivered_after_the_upstream_has_ended(through, wire):
    through.toxic("latency", "upstream", latency=300)
    client, remote = through.open()
    watch = wire.Watch()
    client.sendall(b"late")
    remote.shutdown(socket.SHUT_WR)
    assert wire.ending(client) == "fin"
    assert watch.s < 0.3
    assert wire.read_all(remote) == b"late"
    assert wire.between(0.3, watch.s)


def test_what_is_delayed_downstream_is_delivered_before_the_client_sees_the_end(through, wire):
    through.toxic("latency", latency=200)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"bye")
    remote.close()
    assert wire.read_all(client) == b"bye"
    assert wire.between(0.2, watch.s)


@pytest.mark.parametrize("how", ["disable", "delete", "listen", "upstream", "populate"])
def test_stopping_cuts_connections_and_drops_what_toxics_hold(server, through, wire, how):
    through.toxic("latency", latency=60_000)
    client, remote = through.open()
    client.sendall(b"request")
    assert wire.read(remote, 7) == b"request"
    remote.sendall(b"held")
    assert wire.silent_for(client, 0.1)
    now = through.now
    watch = wire.Watch()
    match how:
        case "disable":
            through.update(enabled=False)
        case "delete":
            through.delete()
        case "listen":
            through.update(listen="127.0.0.1:0")
        case "upstream":
            through.update(upstream="127.0.0.1:1")
        case "populate":
            entry = {"name": through.name, "listen": now["listen"], "upstream": "127.0.0.1:1"}
            server.ok("POST", "/populate", [entry])
    assert wire.ending(client) == wire.ending(remote) == "fin"
    assert watch.s < 5
