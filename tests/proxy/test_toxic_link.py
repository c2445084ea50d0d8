"""Toxics over the wire. Lower bounds are exact: nothing leaves early. Upper bounds are generous: machines are busy."""

import socket
import time

import pytest

SLACK_S = 2.0


def exchange(sock, wire, data=b"ping"):
    """Seconds until the echo was back."""
    began_s = time.monotonic()
    sock.sendall(data)
    assert wire.read(sock, len(data)) == data
    return time.monotonic() - began_s


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_latency_holds_data_back_for_its_time_and_no_longer_once_removed(server, upstream, connect, wire, stream):
    name = f"latency_{stream}"
    address = server.proxy(name, upstream().address)
    sock = connect(address)
    exchange(sock, wire)
    toxic = server.toxic(name, "latency", latency=200, stream=stream)
    for live in (sock, connect(address)):
        assert 0.2 <= exchange(live, wire) < 0.2 + SLACK_S
    assert server.effects(name)["toxics"] == {
        toxic: {"type": "latency", "connections": 2, "requests": 0, "bytes": 8, "closes": 0}
    }
    server.ok("DELETE", f"/proxies/{name}/toxics/{toxic}")
    assert min(exchange(sock, wire) for _ in range(20)) < 0.1
    assert server.effects(name)["toxics"] == {}


def test_latency_is_exact_to_a_fraction_of_a_millisecond(server, upstream, connect, wire):
    address = server.proxy("exact", upstream().address)
    server.toxic("exact", "latency", latency=3)
    sock = connect(address)
    times = sorted(exchange(sock, wire) for _ in range(60))
    assert times[0] >= 0.003
    assert times[6] < 0.0045  # the best tenth: the others tell of the machine


def test_bulk_through_a_delay_is_not_slowed_to_a_chunk_each_time(server, upstream, connect, wire):
    size = 16 * 1024 * 1024
    address = server.proxy("pipeline", upstream(lambda sock: (sock.sendall(bytes(size)), sock.close())).address)
    server.toxic("pipeline", "latency", latency=300)
    began_s = time.monotonic()
    assert len(wire.read_all(connect(address))) == size
    assert 0.3 <= time.monotonic() - began_s < 10


def test_bandwidth_has_its_rate(server, upstream, connect, wire):
    address = server.proxy("rate", upstream(lambda sock: (sock.sendall(bytes(100_000)), sock.close())).address)
    server.toxic("rate", "bandwidth", rate=200)
    began_s = time.monotonic()
    assert len(wire.read_all(connect(address))) == 100_000
    assert 0.5 <= time.monotonic() - began_s < 0.5 + SLACK_S


def test_a_rate_of_0_hangs_new_and_live_connections_until_it_is_removed(server, upstream, connect, wire):
    address = server.proxy("hang", upstream().address)
    live = connect(address)
    exchange(live, wire)
    toxic = server.toxic("hang", "bandwidth", rate=0)
    new = connect(address)
    for sock in (live, new):
        sock.sendall(b"held")
        sock.shutdown(socket.SHUT_WR)
    wire.eventually(lambda: server.effects("hang")["toxics"][toxic]["bytes"] == 8)
    assert wire.silent_for(live, 0.1)
    assert wire.silent_for(new, 0.1)
    assert server.effects("hang")["toxics"][toxic]["connections"] == 2
    server.ok("DELETE", f"/proxies/hang/toxics/{toxic}")
    assert wire.read_all(live) == wire.read_all(new) == b"held"


def test_timeout_swallows_then_closes_and_reset_closes_only_what_it_touched(server, upstream, connect, wire):
    address = server.proxy("timeout", upstream().address)
    server.toxic("timeout", "timeout", timeout=300)
    sock = connect(address)
    began_s = time.monotonic()
    sock.sendall(b"lost")
    assert wire.read_all(sock) == b""
    assert 0.3 <= time.monotonic() - began_s < 0.3 + SLACK_S
    toxic = server.effects("timeout")["toxics"]["timeout_downstream"]
    assert (toxic["connections"], toxic["bytes"], toxic["closes"]) == (1, 4, 1)
    server.ok("DELETE", "/proxies/timeout/toxics/timeout_downstream")
    server.toxic("timeout", "timeout", timeout=0, toxicity=0, name="spares")
    spared = connect(address)
    exchange(spared, wire)
    server.ok("DELETE", "/proxies/timeout/toxics/spares")
    exchange(spared, wire)
    server.toxic("timeout", "timeout", timeout=0)
    server.ok("POST", "/proxies/timeout/toxics/timeout_downstream", {"attributes": {"timeout": 60_000}})
    server.ok("DELETE", "/proxies/timeout/toxics/timeout_downstream")
    assert spared.recv(1) == b""


@pytest.mark.parametrize("live", [True, False])
def test_reset_peer_resets_when_it_fires_and_only_then(server, upstream, connect, wire, live):
    name = f"reset_{live}"
    address = server.proxy(name, upstream().address)
    sock = connect(address)
    exchange(sock, wire)
    toxic = server.toxic(name, "reset_peer", timeout=100)
    if not live:
        sock = connect(address)
    assert wire.silent_for(sock, 0.1), "an idle connection is not reset"
    began_s = time.monotonic()
    sock.sendall(b"x")
    with pytest.raises(ConnectionResetError):
        sock.recv(1)
    assert 0.1 <= time.monotonic() - began_s < 0.1 + SLACK_S
    assert server.effects(name)["toxics"][toxic]["closes"] == 1
    server.ok("POST", f"/proxies/{name}/toxics/{toxic}", {"toxicity": 0})
    spared = connect(address)
    exchange(spared, wire)
    spared.shutdown(socket.SHUT_WR)
    assert wire.read_all(spared) == b""


def test_slow_close_delays_the_end_alone(server, upstream, connect, wire):
    address = server.proxy("slow", upstream(lambda sock: (sock.sendall(b"bye"), sock.close())).address)
    toxic = server.toxic("slow", "slow_close", delay=300)
    began_s = time.monotonic()
    sock = connect(address)
    assert wire.read(sock, 3) == b"bye"
    quick_s = time.monotonic() - began_s
    assert sock.recv(1) == b""
    assert 0.3 <= time.monotonic() - began_s < quick_s + 0.3 + SLACK_S
    assert server.effects("slow")["toxics"][toxic] == {
        "type": "slow_close", "connections": 1, "requests": 0, "bytes": 0, "closes": 1,
    }  # fmt: skip


def test_limit_data_delivers_up_to_its_limit_and_closes(server, upstream, connect, wire):
    address = server.proxy("limit", upstream(lambda sock: (sock.sendall(bytes(50_000)), wire.read_all(sock))).address)
    server.toxic("limit", "limit_data", bytes=12_345)
    assert len(wire.read_all(connect(address))) == 12_345


def test_slicer_keeps_the_content(server, upstream, connect, wire):
    address = server.proxy("slices", upstream().address)
    server.toxic("slices", "slicer", average_size=100, size_variation=20, delay=50)
    sock = connect(address)
    data = bytes(range(256)) * 40
    exchange(sock, wire, data)
    server.toxic("slices", "slicer", name="defaults", stream="upstream")
    exchange(sock, wire, data[:500])


def test_updates_act_on_live_connections(server, upstream, connect, wire):
    address = server.proxy("updated", upstream().address)
    toxic = server.toxic("updated", "latency", latency=60_000)
    sock = connect(address)
    sock.sendall(b"x")
    wire.eventually(lambda: server.effects("updated")["toxics"][toxic]["bytes"] == 1)
    server.ok("PATCH", f"/proxies/updated/toxics/{toxic}", {"attributes": {"latency": 1}})
    assert wire.read(sock, 1) == b"x"
    assert exchange(sock, wire) < SLACK_S
    assert server.effects("updated")["toxics"][toxic]["connections"] == 1


def test_a_slicer_of_single_bytes_leaves_the_others_their_turn(server, upstream, connect, wire):
    flood = upstream(lambda sock: (sock.sendall(bytes(8 * 1024 * 1024)), sock.close()))
    address = server.proxy("crumbs", flood.address)
    server.toxic("crumbs", "slicer")
    server.toxic("crumbs", "latency", latency=1)
    socks = [connect(address) for _ in range(4)]
    wire.eventually(lambda: not wire.silent_for(socks[-1], 0))
    worst_s = 0.0
    for _ in range(20):
        began_s = time.monotonic()
        server.ok("GET", "/proxies/crumbs")
        worst_s = max(worst_s, time.monotonic() - began_s)
    assert worst_s < SLACK_S
    server.ok("POST", "/proxies/crumbs", {"enabled": False})
