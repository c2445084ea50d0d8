"""§9: slicer, and noop."""

import random

import pytest


def test_chunks_are_halved_until_they_are_small(through, wire):
    through.toxic("slicer", average_size=10, delay=20_000)
    client, remote = through.open()
    data = random.Random(1).randbytes(100)
    for _ in range(5):
        watch = wire.Watch()
        remote.sendall(data)
        pieces = [piece for _, piece in wire.arrivals(client, 100)]
        assert b"".join(pieces) == data
        assert wire.between(15 * 0.02, watch.s, 3)
        sizes = [len(piece) for piece in pieces]
        if len(sizes) == 16:  # else the test was too slow to see each by itself
            break
    assert len(sizes) == 16
    assert set(sizes) <= {6, 7}


def test_sizes_vary(through, wire):
    through.toxic("slicer", average_size=64, size_variation=32, delay=2000)
    client, remote = through.open()
    data = random.Random(1).randbytes(3200)
    watch = wire.Watch()
    remote.sendall(data)
    pieces = [piece for _, piece in wire.arrivals(client, len(data))]
    assert b"".join(pieces) == data
    assert watch.s >= (3200 / 96 - 1) * 0.002
    sizes = {len(piece) for piece in pieces}
    assert len(sizes) > 3
    assert min(sizes) < 64


def test_the_delay_is_in_microseconds_and_follows_the_last_piece_too(through, wire):
    through.toxic("slicer", average_size=100, delay=200_000)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"one")
    assert wire.read(client, 3) == b"one"
    assert watch.s < 0.19
    remote.sendall(b"two")
    assert wire.read(client, 3) == b"two"
    assert wire.between(0.2 - 0.01, watch.s)


@pytest.mark.parametrize("fields", [{"average_size": 1}, {"average_size": 7, "size_variation": 7},
                                    {"average_size": 1000, "size_variation": 500, "delay": 10}])  # fmt: skip
@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_content_and_order_stay(through, wire, stream, fields):
    through.toxic("slicer", stream, **fields)
    client, remote = through.open()
    source, sink = (client, remote) if stream == "upstream" else (remote, client)
    data = random.Random(2).randbytes(20_000 if fields["average_size"] < 100 else 400_000)
    thread = wire.sending(source, data, close=True)
    assert wire.read_all(sink) == data
    thread.join()


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_noop_passes_everything(through, wire, stream):
    through.toxic("noop", stream)
    client, remote = through.open()
    assert wire.passes(client, remote)
    data = random.Random(3).randbytes(1_000_000)
    source, sink = (client, remote) if stream == "upstream" else (remote, client)
    thread = wire.sending(source, data, close=True)
    assert wire.read_all(sink) == data
    thread.join()
