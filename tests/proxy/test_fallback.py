"""Systems without epoll, splice, timerfd and a choice of congestion control: slower, and otherwise the same."""

import hashlib
import random
import socket
import threading

import pytest

WITHOUT = (
    "import os, select, sys, _socket\n"
    "del select.epoll, os.splice\n"
    "_socket.__dict__.pop('TCP_CONGESTION', None)\n"
    "from chaos.proxy import timerfd\n"
    "timerfd._from_libc = timerfd._from_os = lambda: (_ for _ in ()).throw(OSError())\n"
    "from chaos.proxy.main import main\n"
    "sys.exit(main(sys.argv[1:]))\n"
)


@pytest.fixture
def plain(new_server):
    return new_server(command=["-c", WITHOUT])


def test_relays_bulk_and_half_closes(plain, upstream, connect, wire):
    data = random.Random(3).randbytes(4 * 1024 * 1024)
    sock = connect(plain.proxy("p", upstream().address))

    def send():
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)

    threading.Thread(target=send, daemon=True).start()
    assert hashlib.sha256(wire.read_all(sock)).digest() == hashlib.sha256(data).digest()
    wire.eventually(lambda: plain.effects("p")["open"] == 0)


def test_delays_and_hangs(plain, upstream, connect, wire):
    address = plain.proxy("p", upstream().address)
    plain.toxic("p", "latency", latency=30)
    sock = connect(address)
    sock.sendall(b"x")
    assert wire.read(sock, 1) == b"x"
    plain.toxic("p", "bandwidth", rate=0, name="hang")
    sock.sendall(b"y")
    assert wire.silent_for(sock, 0.2)
    plain.ok("POST", "/reset")
    assert wire.read(sock, 1) == b"y"
    plain.ok("POST", "/proxies/p", {"enabled": False})
    assert sock.recv(1) == b""


def test_a_stalled_reader_stops_the_sender(plain, server, upstream, connect, wire):
    """With and without splice: what has been read from the source stays bounded, and nothing is lost."""
    size = 96 * 1024 * 1024
    blocks = [bytes([number]) * (1 << 20) for number in range(96)]

    def flood(sock):
        for block in blocks:
            sock.sendall(block)
        sock.close()

    for running in (plain, server):
        sock = connect(running.proxy("flood", upstream(flood).address))
        seen = [0, 1]
        while seen[-1] != seen[-2]:
            threading.Event().wait(0.2)
            seen.append(running.effects("flood")["bytes"]["downstream"])
        assert 0 < seen[-1] < size / 2
        assert hashlib.sha256(wire.read_all(sock)).digest() == hashlib.sha256(b"".join(blocks)).digest()
