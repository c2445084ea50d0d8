"""§9: reset_peer."""

import socket

import pytest


def test_what_the_upstream_sends_resets_both_at_once(through, wire):
    through.toxic("reset_peer")
    client, remote = through.open()
    client.sendall(b"request")
    assert wire.read(remote, 7) == b"request"
    watch = wire.Watch()
    remote.sendall(b"answer")
    assert wire.ending(client) == wire.ending(remote) == "rst"
    assert watch.s < 1


@pytest.mark.parametrize("trigger", ["data", "end"])
def test_the_reset_may_be_late(through, wire, trigger):
    through.toxic("reset_peer", timeout=300)
    client, remote = through.open()
    watch = wire.Watch()
    if trigger == "data":
        remote.sendall(b"lost")
    else:
        remote.shutdown(socket.SHUT_WR)
    assert wire.ending(client) == "rst"
    assert wire.between(0.3, watch.s)


def test_it_counts_from_the_first_chunk(through, wire):
    through.toxic("reset_peer", timeout=300)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"one")
    watch.wait_until(0.15)
    remote.sendall(b"two")
    assert wire.ending(client) == "rst"
    assert wire.between(0.3, watch.s)


def test_upstream_the_server_never_sees_the_data(through, wire):
    through.toxic("reset_peer", "upstream", timeout=300)
    client, remote = through.open()
    watch = wire.Watch()
    client.sendall(b"request")
    assert wire.ending(remote) == "rst"
    assert wire.ending(client) == "rst"
    assert wire.between(0.3, watch.s)


def test_what_the_client_sends_passes(through, wire):
    through.toxic("reset_peer")
    client, remote = through.open()
    for _ in range(3):
        client.sendall(b"request")
        assert wire.read(remote, 7) == b"request"
    assert wire.silent_for(client, 0.2)


def test_an_idle_connection_is_not_reset(through, wire):
    for stream in ("upstream", "downstream"):
        through.toxic("reset_peer", stream)
    client, remote = through.open()
    assert wire.silent_for(client, 0.2)
    assert wire.silent_for(remote, 0)


def test_an_end_in_the_other_direction(through, wire, differs):
    through.toxic("reset_peer", "downstream", timeout=60_000)
    client, remote = through.open()
    assert wire.silent_for(remote, 0.1)
    client.shutdown(socket.SHUT_WR)
    assert wire.ending(remote) == ("rst" if differs("reset-marks") else "fin")


def test_one_that_is_added_later_resets_too(through, wire, differs):
    client, remote = through.open()
    assert wire.passes(client, remote)
    through.toxic("reset_peer")
    remote.sendall(b"lost")
    assert wire.ending(client) == ("fin" if differs("reset-marks") else "rst")


@pytest.mark.parametrize("spared", ["toxicity", "removal"])
def test_a_close_of_what_it_does_not_act_on_is_a_close(through, wire, differs, spared):
    toxic = through.toxic("reset_peer", toxicity=0 if spared == "toxicity" else 1)
    client, remote = through.open()
    assert wire.silent_for(client, 0.1)
    if spared == "removal":
        through.remove(toxic)
    assert wire.passes(client, remote)
    remote.close()
    assert wire.ending(client) == ("rst" if differs("reset-marks") else "fin")
