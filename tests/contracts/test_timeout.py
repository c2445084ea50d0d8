"""§9: timeout."""

import socket

import pytest


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_an_idle_connection_ends_when_the_time_is_over(through, wire, stream):
    through.toxic("timeout", stream, timeout=300)
    watch = wire.Watch()
    client, remote = through.open()
    assert wire.ending(client) == wire.ending(remote) == "fin"
    assert wire.between(0.3, watch.s)


def test_all_data_of_its_direction_is_lost_and_the_other_works_on(through, wire):
    through.toxic("timeout", timeout=500)
    client, remote = through.open()
    watch = wire.Watch()
    client.sendall(b"other way")
    assert wire.read(remote, 9) == b"other way"
    remote.sendall(b"lost")
    assert wire.gone(client) == b""
    assert wire.between(0.5, watch.s)


def test_each_chunk_restarts_the_clock(through, wire):
    through.toxic("timeout", timeout=400)
    client, remote = through.open()
    watch = wire.Watch()
    for number in range(1, 4):
        watch.wait_until(0.2 * number)
        remote.sendall(b"lost")
    sent_s = watch.s
    assert wire.gone(client) == b""
    assert wire.between(sent_s + 0.4 - 0.005, watch.s)


def test_data_of_the_other_direction_does_not(through, wire):
    through.toxic("timeout", timeout=400)
    client, _ = through.open()
    watch = wire.Watch()
    watch.wait_until(0.2)
    client.sendall(b"x")
    assert wire.ending(client) == "fin"
    assert wire.between(0.395, watch.s)


@pytest.mark.parametrize("timeout", [0, -5])
def test_without_a_time_it_never_ends_by_itself(through, wire, timeout):
    through.toxic("timeout", timeout=timeout)
    client, remote = through.open()
    remote.sendall(b"lost")
    assert wire.silent_for(client, 0.4)
    client.sendall(b"other way")
    assert wire.read(remote, 9) == b"other way"


def test_an_end_of_the_source_passes_at_once(through, wire):
    through.toxic("timeout", timeout=60_000)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"lost")
    remote.close()
    assert wire.gone(client) == b""
    assert watch.s < 1


def test_added_to_and_updated_on_a_live_connection(through, wire):
    client, remote = through.open()
    assert wire.passes(client, remote)
    toxic = through.toxic("timeout", timeout=0)
    remote.sendall(b"lost")
    assert wire.silent_for(client, 0.2)
    watch = wire.Watch()
    through.change(toxic, timeout=300)
    assert wire.gone(client) == b""
    assert wire.between(0.295, watch.s)


@pytest.mark.parametrize("data", [b"", b"lost"])
def test_its_removal_ends_the_connection(through, wire, data):
    toxic = through.toxic("timeout")
    client, remote = through.open()
    remote.sendall(data)
    assert wire.silent_for(client, 0.1)
    through.remove(toxic)
    assert wire.ending(client) == wire.ending(remote) == "fin"
    assert wire.passes(*through.open())


def test_its_removal_spares_those_that_it_never_ran_on(through, wire, differs):
    toxic = through.toxic("timeout", toxicity=0)
    client, remote = through.open()
    assert wire.passes(client, remote)
    through.remove(toxic)
    if differs("timeout-spares-none"):
        assert wire.ending(client) == wire.ending(remote) == "fin"
    else:
        assert wire.passes(client, remote)


def test_a_disabled_link_does_not_count(through, wire):
    through.toxic("timeout", timeout=200)
    through.update(enabled=False)
    with socket.socket() as sock:
        assert sock.connect_ex(through.address) != 0
