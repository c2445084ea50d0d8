"""Connections over the wire: ends, resets, stalls and changes of toxics while data is in flight."""

import contextlib
import hashlib
import random
import socket
import struct
import threading
import time
from pathlib import Path

import pytest

BULK = random.Random(7).randbytes(8 * 1024 * 1024)


def send_in_background(sock, data, *, then_end=True):
    def send():
        sock.sendall(data)
        if then_end:
            sock.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    return thread


def digest(sock, size):
    """Of so many bytes; and how many came."""
    hashed, got = hashlib.sha256(), 0
    while got < size and (data := sock.recv(1 << 18)):
        hashed.update(data)
        got += len(data)
    return hashed.hexdigest(), got


def test_bulk_both_ways_and_the_half_close_behind_it(server, upstream, connect, wire):
    sock = connect(server.proxy("bulk", upstream().address))
    send_in_background(sock, BULK)
    assert digest(sock, len(BULK)) == (hashlib.sha256(BULK).hexdigest(), len(BULK))
    assert wire.read_all(sock) == b""
    wire.eventually(lambda: server.effects("bulk")["open"] == 0)
    assert server.effects("bulk")["bytes"] == {"upstream": len(BULK), "downstream": len(BULK)}


def test_a_half_close_is_passed_on_and_the_answer_still_comes(server, upstream, connect, wire):
    def answer_at_the_end(sock):
        asked = wire.read_all(sock)
        sock.sendall(b"you said " + asked)
        sock.close()

    sock = connect(server.proxy("half", upstream(answer_at_the_end).address))
    sock.sendall(b"hello")
    sock.shutdown(socket.SHUT_WR)
    assert wire.read_all(sock) == b"you said hello"


def test_with_full_close_the_end_of_one_side_ends_both(new_server, upstream, connect, wire):
    server = new_server("--full-close")
    sock = connect(server.proxy("full", upstream(lambda sock: (wire.read_all(sock), threading.Event().wait())).address))
    sock.sendall(b"hello")
    sock.shutdown(socket.SHUT_WR)
    assert wire.read_all(sock) == b""
    wire.eventually(lambda: server.effects("full")["open"] == 0)


def test_an_upstream_that_closes_ends_the_client(server, upstream, connect, wire):
    sock = connect(server.proxy("bye", upstream(lambda sock: (sock.sendall(b"bye"), sock.close())).address))
    assert wire.read_all(sock) == b"bye"


def test_an_upstream_that_refuses_is_an_end_without_data(server, connect, wire):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert wire.read_all(connect(server.proxy("refused", f"127.0.0.1:{port}"))) == b""
    assert wire.read_all(connect(server.proxy("unknown", "no.such.host.invalid:1"))) == b""
    assert wire.read_all(connect(server.proxy("bogus", "bogus"))) == b""


def test_an_upstream_is_found_by_name(server, upstream, connect, wire):
    port = upstream().address[1]
    for host in ("localhost", socket.gethostname()):
        if host != "localhost" and not resolves_to_loopback(host):
            continue
        sock = connect(server.proxy(f"named {host}", f"{host}:{port}"))
        sock.sendall(b"x")
        assert wire.read(sock, 1) == b"x"


def resolves_to_loopback(host):
    try:
        return all(each[4][0] == "127.0.0.1" for each in socket.getaddrinfo(host, 1, socket.AF_INET))
    except OSError:
        return False


def test_a_reset_by_the_client_is_an_end_for_the_upstream(server, upstream, connect, wire):
    seen = []
    ended = threading.Event()

    def serve(sock):
        try:
            seen.append(wire.read_all(sock))
        except OSError as error:
            seen.append(error)
        ended.set()

    sock = connect(server.proxy("rst", upstream(serve).address))
    sock.sendall(b"abc")
    wire.eventually(lambda: server.effects("rst")["bytes"]["upstream"] == 3)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
    assert ended.wait(20)
    assert seen == [b"abc"]
    wire.eventually(lambda: server.effects("rst")["open"] == 0)


def test_disabling_cuts_and_enabling_serves_again_at_the_same_address(server, upstream, connect, wire):
    address = server.proxy("toggle", upstream().address)
    sock = connect(address)
    sock.sendall(b"x")
    assert wire.read(sock, 1) == b"x"
    server.ok("POST", "/proxies/toggle", {"enabled": False})
    assert sock.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        connect(address)
    server.ok("POST", "/proxies/toggle", {"enabled": True})
    again = connect(address)
    again.sendall(b"y")
    assert wire.read(again, 1) == b"y"
    server.ok("POST", "/proxies/toggle", {"enabled": True})
    server.ok("POST", "/proxies/toggle", {})
    again.sendall(b"z")
    assert wire.read(again, 1) == b"z", "an update without effect leaves connections alone"
    server.ok("DELETE", "/proxies/toggle")
    assert again.recv(1) == b""


def test_a_stalled_reader_does_not_hold_up_the_api_or_lose_data(server, upstream, connect, wire):
    size = 12 * 1024 * 1024
    block = BULK[: 1024 * 1024]

    def flood(sock):
        for _ in range(size // len(block)):
            sock.sendall(block)
        sock.close()

    sock = connect(server.proxy("stalled", upstream(flood).address))
    wire.eventually(lambda: wire.silent_for(sock, 0) is False)
    began_s = time.monotonic()
    toxic = server.toxic("stalled", "latency", latency=10)
    server.ok("POST", f"/proxies/stalled/toxics/{toxic}", {"attributes": {"latency": 20}})
    server.toxic("stalled", "slicer", average_size=5000, size_variation=100)
    server.ok("DELETE", f"/proxies/stalled/toxics/{toxic}")
    server.ok("GET", "/proxies")
    assert time.monotonic() - began_s < 5
    expected = hashlib.sha256(block * (size // len(block))).hexdigest()
    assert digest(sock, size) == (expected, size)
    stalled = connect(server.proxy("stalled2", upstream(flood).address))
    server.toxic("stalled2", "latency", latency=60_000)
    wire.eventually(lambda: server.effects("stalled2")["open"] == 1)
    began_s = time.monotonic()
    server.ok("POST", "/proxies/stalled2", {"enabled": False})
    assert time.monotonic() - began_s < 5
    with contextlib.suppress(ConnectionResetError):
        while stalled.recv(1 << 18):
            pass


def test_a_hanging_upstream_connect_hurts_nobody_else(server, upstream, connect, wire):
    """A listener with a full backlog answers no further connect."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = [socket.socket() for _ in range(8)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        address = server.proxy("hanging", listener.getsockname())
        clients = [connect(address) for _ in range(8)]
        assert wire.silent_for(clients[-1], 0.2)
        other = connect(server.proxy("fine", upstream().address))
        other.sendall(b"x")
        assert wire.read(other, 1) == b"x"
        clients[-1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        clients[-1].close()
        wire.eventually(lambda: server.effects("hanging")["open"] < 8, "a client that went away is forgotten")
        began_s = time.monotonic()
        server.ok("POST", "/proxies/hanging", {"enabled": False})
        assert time.monotonic() - began_s < 5
        assert clients[0].recv(1) == b""
        for filler in fillers:
            filler.close()


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_edits_with_data_in_flight_lose_nothing(server, upstream, connect, stream):
    name = f"edited {stream}"
    address = server.proxy(name, upstream().address)
    data = BULK * 3
    sock = connect(address)
    sender = send_in_background(sock, data)
    result = []
    reader = threading.Thread(target=lambda: result.append(digest(sock, len(data))), daemon=True)
    reader.start()
    path = f"/proxies/{name.replace(' ', '%20')}"
    rounds = 0
    while reader.is_alive() and rounds < 60:
        rounds += 1
        for kind, attributes in (
            ("latency", {"latency": 3, "jitter": 3}),
            ("slicer", {"average_size": 30_000, "size_variation": 5000, "delay": 20}),
            ("bandwidth", {"rate": 20_000}),
            ("noop", {}),
        ):
            server.ok(
                "POST", f"{path}/toxics", {"type": kind, "name": kind, "stream": stream, "attributes": attributes}
            )
        server.ok("POST", f"{path}/toxics/latency", {"attributes": {"latency": 1}})
        for kind in ("slicer", "latency", "noop", "bandwidth"):
            server.ok("DELETE", f"{path}/toxics/{kind}")
    sender.join(60)
    reader.join(60)
    assert rounds > 1, "nothing was edited while data was in flight"
    assert result == [(hashlib.sha256(data).hexdigest(), len(data))]


def test_equal_seeds_choose_the_same_connections(new_server, upstream, connect, wire):
    echo = upstream()
    verdicts = []
    for seed in ("5", "5", "6"):
        server = new_server("--seed", seed)
        address = server.proxy("dice", echo.address)
        server.toxic("dice", "limit_data", bytes=0, toxicity=0.5)
        hit = []
        for _ in range(24):
            sock = connect(address)
            sock.sendall(b"x")
            hit.append(wire.read(sock, 1) == b"")
        verdicts.append(hit)
    assert verdicts[0] == verdicts[1] != verdicts[2]
    assert 3 <= sum(verdicts[0]) <= 21


def test_many_connections_come_and_go_and_nothing_is_left(server, upstream, connect, wire):
    address = server.proxy("churn", upstream().address)
    descriptors = Path(f"/proc/{server.process.pid}/fd")
    if not descriptors.is_dir():
        pytest.skip("needs /proc")
    server.toxic("churn", "latency", latency=1, toxicity=0.5)
    before = None
    for batch in range(3):
        socks = [connect(address) for _ in range(60)]
        for number, sock in enumerate(socks):
            sock.sendall(b"%03d" % number)
        for number, sock in enumerate(socks):
            assert wire.read(sock, 3) == b"%03d" % number
            sock.close()
        wire.eventually(lambda: server.effects("churn")["open"] == 0)
        count = len(list(descriptors.iterdir()))
        before = count if before is None else before
        assert count <= before + 2, f"descriptors left open after batch {batch}"
