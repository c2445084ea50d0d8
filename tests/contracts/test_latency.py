"""§9: latency."""

import socket
import statistics

import pytest


def trip(wire, source, sink, data=b"x"):
    watch = wire.Watch()
    source.sendall(data)
    assert wire.read(sink, len(data)) == data
    return watch.s


def test_only_its_own_direction_is_late_and_never_early(through, wire):
    through.toxic("latency", latency=200)
    client, remote = through.open()
    assert min(trip(wire, client, remote) for _ in range(3)) < 0.1
    times = [trip(wire, remote, client) for _ in range(4)]
    assert min(times) >= 0.2
    assert min(times) < 0.215
    assert max(times) < 0.2 + wire.SLACK_S


def test_every_chunk_has_its_own_clock(through, wire):
    through.toxic("latency", latency=200)
    client, remote = through.open()
    watch = wire.Watch()
    sent_s = []
    for number, at_s in enumerate([0, 0.1, 0.15]):
        watch.wait_until(at_s)
        sent_s.append(watch.s)
        remote.sendall(b"%d" % number)
    for number, began_s in enumerate(sent_s):
        assert wire.read(client, 1) == b"%d" % number
        assert wire.between(began_s + 0.2, watch.s)


def test_several_add_up(through, wire):
    through.toxic("latency", latency=100, name="one")
    through.toxic("latency", latency=150, name="two")
    client, remote = through.open()
    times = [trip(wire, remote, client) for _ in range(3)]
    assert min(times) >= 0.25
    assert min(times) < 0.265
    assert max(times) < 0.25 + wire.SLACK_S


def test_one_in_each_direction(through, wire):
    for stream in ("upstream", "downstream"):
        through.toxic("latency", stream, latency=100)
    client, remote = through.open()
    watch = wire.Watch()
    trip(wire, client, remote)
    trip(wire, remote, client)
    assert wire.between(0.2, watch.s)


def test_jitter_is_around_the_latency(through, wire):
    through.toxic("latency", latency=40, jitter=30)
    client, remote = through.open()
    times = [trip(wire, remote, client) for _ in range(40)]
    assert min(times) >= 0.01
    assert min(times) < 0.025
    assert 0.025 <= statistics.median(times) < 0.07
    assert statistics.quantiles(times, n=10)[-1] > 0.055
    assert sum(each < 0.08 for each in times) >= 34


@pytest.mark.parametrize("jitter", [0, -50])
def test_no_jitter(through, wire, jitter):
    through.toxic("latency", latency=60, jitter=jitter)
    client, remote = through.open()
    assert min(trip(wire, remote, client) for _ in range(10)) >= 0.06


def test_chunks_never_overtake(through, wire):
    through.toxic("latency", latency=20, jitter=100)
    client, remote = through.open()
    data = b"".join(b"%04d" % number for number in range(400))
    for begin in range(0, len(data), 20):
        remote.sendall(data[begin : begin + 20])
    assert wire.read(client, len(data)) == data


def test_no_latency_is_none(through, wire):
    through.toxic("latency")
    client, remote = through.open()
    assert min(trip(wire, remote, client) for _ in range(3)) < 0.05


def test_an_end_follows_its_data(through, wire):
    through.toxic("latency", latency=300)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"bye")
    remote.shutdown(socket.SHUT_WR)
    assert wire.read(client, 3) == b"bye"
    assert wire.between(0.3, watch.s)
    came_s = watch.s
    assert wire.ending(client) == "fin"
    assert watch.s - came_s < 0.2


def test_an_end_without_data_is_not_late(through, wire):
    through.toxic("latency", latency=2000)
    client, remote = through.open()
    watch = wire.Watch()
    remote.close()
    assert wire.ending(client) == "fin"
    assert watch.s < 1


def test_the_connect_is_not_late(through, wire):
    for stream in ("upstream", "downstream"):
        through.toxic("latency", stream, latency=2000)
    watch = wire.Watch()
    through.open()
    assert watch.s < 1


def test_delays_pipeline(through, wire):
    through.toxic("latency", latency=300)
    client, remote = through.open()
    data = bytes(range(256)) * 4000
    watch = wire.Watch()
    thread = wire.sending(remote, data * 100, close=True)
    assert wire.read(client, len(data)) == data
    assert watch.s >= 0.3
    assert len(wire.read_all(client)) == len(data) * 99
    assert watch.s < 8
    thread.join()
