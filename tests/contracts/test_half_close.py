"""§7: a side that has said all and still listens: the embedded proxy passes its end on and keeps the rest."""

import socket


def test_an_answer_after_the_client_has_said_all(through, wire, differs):
    client, remote = through.open()
    client.sendall(b"request")
    client.shutdown(socket.SHUT_WR)
    assert wire.read_all(remote) == b"request"
    if differs("half-close"):
        assert wire.ending(client) == "fin"
    else:
        assert wire.silent_for(client, 0.1)
        remote.sendall(b"answer")
        remote.close()
        assert wire.read_all(client) == b"answer"


def test_a_client_that_goes_on_after_the_upstream_has_said_all(through, wire, differs):
    client, remote = through.open()
    remote.sendall(b"all")
    remote.shutdown(socket.SHUT_WR)
    assert wire.read_all(client) == b"all"
    if differs("half-close"):
        assert wire.ending(remote) == "fin"
    else:
        client.sendall(b"more")
        client.close()
        assert wire.read_all(remote) == b"more"
