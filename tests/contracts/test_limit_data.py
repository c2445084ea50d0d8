"""§9: limit_data."""

import pytest


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
@pytest.mark.parametrize(("limit", "sent"), [(10, 10), (10, 25), (1, 100_000)])
def test_both_sides_end_when_the_limit_is_reached(through, wire, stream, limit, sent):
    through.toxic("limit_data", stream, bytes=limit)
    client, remote = through.open()
    source, sink = (client, remote) if stream == "upstream" else (remote, client)
    data = bytes(index % 251 for index in range(sent))
    thread = wire.sending(source, data)
    assert wire.gone(sink) == data[:limit]
    thread.join()
    assert wire.gone(source) == b""


def test_the_end_is_a_plain_one(through, wire):
    through.toxic("limit_data", bytes=10)
    client, remote = through.open()
    remote.sendall(b"0123456789")
    assert wire.read_all(client) == b"0123456789"
    assert wire.ending(remote) == "fin"


def test_the_limit_is_counted_over_chunks(through, wire):
    through.toxic("limit_data", bytes=10)
    client, remote = through.open()
    for part in (b"0123", b"4567"):
        remote.sendall(part)
        assert wire.read(client, 4) == part
    client.sendall(b"other way")
    assert wire.read(remote, 9) == b"other way"
    remote.sendall(b"89ab")
    assert wire.read_all(client) == b"89"


@pytest.mark.parametrize("limit", [0, -3])
def test_a_limit_of_0_ends_at_the_first_chunk_and_not_before(through, wire, limit):
    through.toxic("limit_data", bytes=limit)
    client, remote = through.open()
    assert wire.silent_for(client, 0.2)
    client.sendall(b"other way")
    assert wire.read(remote, 9) == b"other way"
    remote.sendall(b"x")
    assert wire.gone(client) == b""


@pytest.mark.parametrize(("limit", "more"), [(8, b"67"), (4, b""), (6, b""), (100, b"6789")])
def test_an_update_keeps_the_count(through, wire, limit, more):
    toxic = through.toxic("limit_data", bytes=10 if limit < 100 else 7)
    client, remote = through.open()
    remote.sendall(b"012345")
    assert wire.read(client, 6) == b"012345"
    through.change(toxic, bytes=limit)
    assert wire.silent_for(client, 0.1)
    remote.sendall(b"6789")
    if limit == 100:
        assert wire.read(client, 4) == more
    else:
        assert wire.gone(client) == more


def test_edits_of_others_keep_the_count(through, wire):
    through.toxic("noop", name="before")
    through.toxic("limit_data", bytes=8)
    client, remote = through.open()
    remote.sendall(b"0123")
    assert wire.read(client, 4) == b"0123"
    behind = through.toxic("noop", name="behind")
    through.remove(behind)
    through.remove(f"{through.path}/toxics/before")
    remote.sendall(b"456789")
    assert wire.read_all(client) == b"4567"


def test_one_that_is_added_later_counts_from_then(through, wire):
    client, remote = through.open()
    remote.sendall(b"not counted")
    assert wire.read(client, 11) == b"not counted"
    through.toxic("limit_data", bytes=3)
    remote.sendall(b"0123")
    assert wire.read_all(client) == b"012"


def test_its_removal_lifts_the_limit(through, wire):
    toxic = through.toxic("limit_data", bytes=5)
    client, remote = through.open()
    remote.sendall(b"0123")
    assert wire.read(client, 4) == b"0123"
    through.remove(toxic)
    remote.sendall(b"456789")
    assert wire.read(client, 6) == b"456789"
    assert wire.passes(client, remote)
