"""§9: slow_close. The embedded proxy runs with -full-close, so that the end of one side is that of both."""

import socket

FLAGS = {"embedded": ["-full-close"]}


def test_the_end_is_late_and_data_is_not(through, wire):
    through.toxic("slow_close", delay=500)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"data")
    remote.shutdown(socket.SHUT_WR)
    assert wire.read(client, 4) == b"data"
    assert watch.s < 0.3
    client.sendall(b"still heard")
    assert wire.read(remote, 11) == b"still heard"
    assert wire.ending(client) == "fin"
    assert wire.between(0.5, watch.s)


def test_without_data(through, wire):
    through.toxic("slow_close", delay=400)
    client, remote = through.open()
    watch = wire.Watch()
    remote.close()
    assert wire.ending(client) == "fin"
    assert wire.between(0.4, watch.s)


def test_an_end_of_the_client_reaches_the_upstream_at_once_and_comes_back_late(through, wire):
    through.toxic("slow_close", delay=400)
    client, remote = through.open()
    watch = wire.Watch()
    client.shutdown(socket.SHUT_WR)
    assert wire.ending(remote) == "fin"
    assert watch.s < 0.3
    assert wire.ending(client) == "fin"
    assert wire.between(0.4, watch.s)


def test_upstream(through, wire):
    through.toxic("slow_close", "upstream", delay=400)
    client, remote = through.open()
    watch = wire.Watch()
    client.shutdown(socket.SHUT_WR)
    assert wire.ending(remote) == "fin"
    assert wire.between(0.4, watch.s)


def test_no_delay_is_none(through, wire):
    through.toxic("slow_close")
    client, remote = through.open()
    watch = wire.Watch()
    remote.close()
    assert wire.ending(client) == "fin"
    assert watch.s < 0.3


def test_a_waiting_end_takes_the_delay_of_an_update(through, wire):
    toxic = through.toxic("slow_close", delay=60_000)
    client, remote = through.open()
    remote.shutdown(socket.SHUT_WR)
    assert wire.silent_for(client, 0.2)
    watch = wire.Watch()
    through.change(toxic, delay=300)
    assert wire.ending(client) == "fin"
    assert wire.between(0.295, watch.s)


def test_a_waiting_end_happens_at_once_when_it_is_removed(through, wire):
    toxic = through.toxic("slow_close", delay=60_000)
    client, remote = through.open()
    remote.shutdown(socket.SHUT_WR)
    assert wire.silent_for(client, 0.2)
    through.remove(toxic)
    assert wire.ending(client) == "fin"
