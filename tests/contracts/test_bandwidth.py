"""§9: bandwidth."""

import socket
import time

import pytest


def curve(wire, sock, size, began_s):
    """(seconds, bytes so far) at each read."""
    seen, total = [], 0
    for at_s, data in wire.arrivals(sock, size):
        total += len(data)
        seen.append((at_s - began_s, total))
    assert total == size
    return seen


@pytest.mark.parametrize(("rate", "size"), [(10, 5000), (100, 40_000), (1000, 500_000)])
def test_bytes_leave_at_the_rate_and_none_before_its_time(through, wire, rate, size):
    through.toxic("bandwidth", rate=rate)
    client, remote = through.open()
    began_s = time.monotonic()
    thread = wire.sending(remote, bytes(size))
    seen = curve(wire, client, size, began_s)
    thread.join()
    per_s = rate * 1000
    for at_s, total in seen:
        assert at_s >= total / per_s - 0.003, (at_s, total)
    assert wire.between(size / per_s - 0.003, seen[-1][0])


def test_pieces_of_100_ms(through, wire, differs):
    through.toxic("bandwidth", rate=10)
    client, remote = through.open()
    began_s = time.monotonic()
    remote.sendall(bytes(5000))
    seen = curve(wire, client, 5000, began_s)
    first_s, first_bytes = seen[0]
    if differs("bandwidth-pieces"):
        assert first_bytes == 1000
        assert first_s >= 0.1
        assert len(seen) <= 5
    else:
        assert len(seen) >= 10
    # By each 100 ms the same has passed.
    for step in range(1, 5):
        assert min(at_s for at_s, total in seen if total >= 1000 * step) >= 0.1 * step - 0.003


def test_a_close_follows_its_data(through, wire):
    through.toxic("bandwidth", rate=1000)
    client, remote = through.open()
    watch = wire.Watch()
    thread = wire.sending(remote, bytes(300_000), close=True)
    assert len(wire.read_all(client)) == 300_000
    assert wire.between(0.297, watch.s)
    thread.join()


def test_small_sends_share_the_rate(through, wire):
    through.toxic("bandwidth", rate=1)
    client, remote = through.open()
    began_s = time.monotonic()
    for number in range(10):
        remote.sendall(b"%d" % number * 50)
    seen = curve(wire, client, 500, began_s)
    assert seen[0][0] >= 0.01
    assert wire.between(0.497, seen[-1][0])


def test_no_credit_after_a_pause(through, wire):
    through.toxic("bandwidth", rate=100)
    client, remote = through.open()
    for pause_s in (0, 0.4):
        wire.Watch().wait_until(pause_s)
        watch = wire.Watch()
        remote.sendall(bytes(20_000))
        wire.read(client, 20_000)
        # Credit would make it nothing; Toxiproxy's makes up for an instalment that came late on a busy machine.
        assert wire.between(0.15, watch.s, 0.197 + wire.SLACK_S)


def test_each_connection_has_the_whole_rate(through, wire):
    through.toxic("bandwidth", rate=100)
    pairs = [through.open() for _ in range(3)]
    watch = wire.Watch()
    for _, remote in pairs:
        remote.sendall(bytes(20_000))
    for client, _ in pairs:
        wire.read(client, 20_000)
    assert wire.between(0.197, watch.s)


def test_the_other_direction_is_free(through, wire):
    through.toxic("bandwidth", rate=1)
    client, remote = through.open()
    watch = wire.Watch()
    client.sendall(bytes(20_000))
    wire.read(remote, 20_000)
    assert watch.s < 1


# Rate 0


def test_nothing_passes_at_rate_0_until_it_is_removed(through, wire):
    toxic = through.toxic("bandwidth")
    client, remote = through.open()
    remote.sendall(b"held")
    remote.shutdown(socket.SHUT_WR)
    assert wire.silent_for(client, 0.3)
    client.sendall(b"other way")
    assert wire.read(remote, 9) == b"other way"
    watch = wire.Watch()
    through.remove(toxic)
    assert wire.read_all(client) == b"held"
    assert watch.s < 1


def test_nothing_passes_at_rate_0_until_it_has_a_rate(through, wire):
    toxic = through.toxic("bandwidth", rate=0)
    client, remote = through.open()
    remote.sendall(b"held")
    assert wire.silent_for(client, 0.2)
    through.change(toxic, rate=1000)
    assert wire.read(client, 4) == b"held"
    assert wire.passes(client, remote)


def test_an_end_without_data_at_rate_0(through, wire, differs):
    toxic = through.toxic("bandwidth")
    client, remote = through.open()
    remote.shutdown(socket.SHUT_WR)
    if differs("idle-end-at-rate-0"):
        assert wire.ending(client) == "fin"
    else:
        assert wire.silent_for(client, 0.3)
        through.remove(toxic)
        assert wire.ending(client) == "fin"
