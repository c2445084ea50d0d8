"""§11: toxics that come, change and go while data is on its way."""

import random
import socket
import threading

import pytest


def test_it_is_in_force_when_the_call_returns(through, wire):
    pairs = [through.open() for _ in range(5)]
    for client, remote in pairs:
        assert wire.passes(client, remote)
    toxic = through.toxic("latency", latency=200)
    watch = wire.Watch()
    for _, remote in pairs:
        remote.sendall(b"x")
    for client, _ in pairs:
        assert wire.read(client, 1) == b"x"
        assert watch.s >= 0.2
    through.change(toxic, latency=300)
    watch = wire.Watch()
    pairs[0][1].sendall(b"y")
    assert wire.read(pairs[0][0], 1) == b"y"
    assert wire.between(0.3, watch.s)
    through.remove(toxic)
    watch = wire.Watch()
    pairs[0][1].sendall(b"z")
    assert wire.read(pairs[0][0], 1) == b"z"
    assert watch.s < 0.2


def test_latency_that_is_updated_while_chunks_wait(through, wire):
    toxic = through.toxic("latency", latency=5000)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"1")
    watch.wait_until(0.1)
    second_s = watch.s
    remote.sendall(b"2")
    assert wire.silent_for(client, 0.1)
    through.change(toxic, latency=700)
    assert wire.read(client, 1) == b"1"
    assert watch.s < second_s + 0.6
    assert wire.read(client, 1) == b"2"
    assert wire.between(second_s + 0.7, watch.s)


def test_latency_that_is_removed_while_chunks_wait(through, wire):
    toxic = through.toxic("latency", latency=60_000)
    client, remote = through.open()
    for number in range(5):
        remote.sendall(b"%d" % number)
        assert wire.silent_for(client, 0.03)
    through.remove(toxic)
    assert wire.read(client, 5) == b"01234"
    assert wire.passes(client, remote)


def test_bandwidth_that_is_removed_while_much_waits(through, wire):
    toxic = through.toxic("bandwidth", rate=1)
    client, remote = through.open()
    data = random.Random(1).randbytes(200_000)
    thread = wire.sending(remote, data)
    first = wire.read(client, 100)
    watch = wire.Watch()
    through.remove(toxic)
    assert first + wire.read(client, len(data) - 100) == data
    assert watch.s < 5
    thread.join()


def test_a_neighbour_behind_lets_the_first_chunk_go_and_no_other(through, wire, differs):
    through.toxic("latency", latency=800)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"1")
    watch.wait_until(0.1)
    second_s = watch.s
    remote.sendall(b"2")
    assert wire.silent_for(client, 0.1)
    through.toxic("noop")
    assert wire.read(client, 1) == b"1"
    assert watch.s < 0.8
    assert wire.read(client, 1) == b"2"
    assert wire.between(second_s + 0.8, watch.s)


def test_a_neighbour_in_front_disturbs_nothing(through, wire):
    front = through.toxic("noop", name="front")
    through.toxic("latency", latency=500)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"1")
    assert wire.silent_for(client, 0.1)
    through.change(front)
    through.remove(front)
    assert wire.read(client, 1) == b"1"
    assert wire.between(0.5, watch.s)


def test_an_edit_of_the_other_direction_disturbs_nothing(through, wire):
    through.toxic("latency", latency=500)
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"1")
    assert wire.silent_for(client, 0.1)
    through.remove(through.toxic("noop", "upstream"))
    assert wire.read(client, 1) == b"1"
    assert wire.between(0.5, watch.s)


def test_toxics_added_to_a_connection_that_ends(server, through, wire):
    client, remote = through.open()
    assert wire.passes(client, remote)
    for stream in ("upstream", "downstream"):
        through.toxic("latency", stream, latency=1)
    client.close()
    assert wire.read_all(remote) == b""
    remote.close()
    assert len(through.now["toxics"]) == 2
    server.ok("POST", "/reset")


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_no_edit_loses_doubles_or_swaps_a_byte(through, wire, stream):
    client, remote = through.open()
    source, sink = (client, remote) if stream == "upstream" else (remote, client)
    block = random.Random(1).randbytes(1_000_003)
    blocks = 60
    done = threading.Event()
    edits = sent = received = 0

    def edit():
        nonlocal edits
        kinds = [("latency", {"latency": 5, "jitter": 4}), ("bandwidth", {"rate": 50_000}), ("noop", {}),
                 ("slicer", {"average_size": 20_000, "size_variation": 900})]  # fmt: skip
        while not done.wait(0.002):
            type_name, fields = kinds[edits % 4]
            toxic = through.toxic(type_name, stream, **fields)
            through.change(toxic, **fields)
            through.remove(toxic)
            edits += 1

    def send():
        """As much as was planned, and more until there were some edits: data may be faster than these."""
        nonlocal sent
        while sent < blocks or (edits < 5 and sent < 50 * blocks):
            source.sendall(block)
            sent += 1
        source.shutdown(socket.SHUT_WR)

    editor, sender = (threading.Thread(target=each, daemon=True) for each in (edit, send))
    editor.start()
    sender.start()
    try:
        while data := wire.read(sink, len(block)):
            assert data == block, f"block {received}, after {edits} edits"
            received += 1
    finally:
        done.set()
        editor.join()
        sender.join()
    assert received == sent >= blocks
    assert edits >= 5


def test_an_answer_and_its_end_survive_the_end_of_all_toxics(server, through, wire, differs):
    for number in range(4):
        through.toxic("latency", latency=20_000, name=f"l{number}")
    client, remote = through.open()
    remote.sendall(b"answer")
    remote.shutdown(socket.SHUT_WR)
    assert wire.silent_for(client, 0.1)
    server.ok("POST", "/reset")
    if differs("removal-strands"):
        assert wire.silent_for(client, 0.3)
    else:
        assert wire.read_all(client) == b"answer"
