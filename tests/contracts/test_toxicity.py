"""§8: the die of toxicity, and chains."""

import selectors
import time

import pytest

LATENCY_S = 0.4


def late(wire, pairs):
    """For each (source, sink), all sent to at once: whether the byte was held back by LATENCY_S."""
    found = {}
    with selectors.DefaultSelector() as selector:
        sent_s = {}
        for number, (source, sink) in enumerate(pairs):
            selector.register(sink, selectors.EVENT_READ, number)
            sent_s[number] = time.monotonic()
            source.sendall(b"x")
        deadline_s = time.monotonic() + wire.PATIENCE_S
        while len(found) < len(pairs):
            assert time.monotonic() < deadline_s
            for key, _ in selector.select(1):
                assert key.fileobj.recv(1) == b"x"
                found[key.data] = time.monotonic() - sent_s[key.data] >= LATENCY_S
    return [found[number] for number in range(len(pairs))]


@pytest.mark.parametrize(("toxicity", "hit"), [(1, True), (2, True), (0, False), (-1, False)])
def test_always_and_never(through, wire, toxicity, hit):
    through.toxic("latency", latency=400, toxicity=toxicity)
    pairs = [(remote, client) for client, remote in (through.open() for _ in range(8))]
    assert late(wire, pairs) == [hit] * 8


def test_the_die_is_rolled_once_for_a_connection_and_again_at_an_update(through, wire, differs):
    toxics = {
        stream: through.toxic("latency", stream, latency=400, toxicity=0.5) for stream in ("upstream", "downstream")
    }
    pairs = [through.open() for _ in range(48)]
    both = [*pairs, *((remote, client) for client, remote in pairs)]
    first = late(wire, both)
    # One verdict for all messages of a connection and direction.
    assert late(wire, both) == first
    # The two directions roll on their own, so each combination is there.
    up, down = first[:48], first[48:]
    assert len(set(zip(up, down, strict=True))) == 4
    assert 8 <= sum(up) <= 40
    assert 8 <= sum(down) <= 40
    # An update rolls again, even one of nothing, and only for that toxic.
    through.change(toxics["upstream"])
    second = late(wire, both)
    assert second[:48] != up
    assert second[48:] == down
    # A toxic right behind it: added, it has the one before it start again.
    through.toxic("noop", "downstream")
    third = late(wire, both)
    assert third[:48] == second[:48]
    assert (third[48:] != down) if differs("neighbours-reroll") else (third[48:] == down)


def test_a_change_of_toxicity_reaches_live_connections(through, wire):
    toxic = through.toxic("latency", latency=400)
    client, remote = through.open()
    assert late(wire, [(remote, client)]) == [True]
    through.change(toxic, toxicity=0)
    assert late(wire, [(remote, client)]) == [False]
    through.change(toxic, toxicity=1)
    assert late(wire, [(remote, client)]) == [True]


def test_equal_seeds_give_equal_draws(own_server, upstream, wire, differs):
    def verdicts():
        server = own_server("-seed", "7")
        proxy = server.proxy(upstream(), name="seeded")
        proxy.toxic("limit_data", bytes=0, toxicity=0.5)
        found = []
        for _ in range(32):
            client, remote = proxy.open()
            remote.sendall(b"x")
            found.append(client.recv(1))
        return found

    first, second = verdicts(), verdicts()
    assert set(first) == {b"", b"x"}
    assert (first != second) if differs("seed") else (first == second)


# Chains


@pytest.mark.parametrize("order", [["limit_data", "slow_close"], ["slow_close", "limit_data"]])
def test_toxics_act_in_order_of_creation(through, wire, order):
    fields = {"limit_data": {"bytes": 4}, "slow_close": {"delay": 400}}
    for type_name in order:
        through.toxic(type_name, **fields[type_name])
    client, remote = through.open()
    watch = wire.Watch()
    remote.sendall(b"12345678")
    assert wire.read_all(client) == b"1234"
    assert watch.s >= 0.4 if order[0] == "limit_data" else watch.s < 0.4


def test_a_new_toxic_goes_to_the_end_on_live_connections_too(through, wire):
    client, remote = through.open()
    through.toxic("limit_data", bytes=4)
    through.toxic("slow_close", delay=400)
    watch = wire.Watch()
    remote.sendall(b"12345678")
    assert wire.read_all(client) == b"1234"
    assert watch.s >= 0.4


def test_toxics_of_one_direction_do_not_touch_the_other(through, wire):
    through.toxic("latency", "upstream", latency=400)
    through.toxic("slicer", "upstream", average_size=1)
    client, remote = through.open()
    assert late(wire, [(remote, client)]) == [False]
    assert late(wire, [(client, remote)]) == [True]


def test_each_connection_has_its_own_state(through, wire):
    through.toxic("limit_data", bytes=5)
    pairs = [through.open() for _ in range(3)]
    for client, remote in pairs:
        remote.sendall(b"1234")
        assert wire.read(client, 4) == b"1234"
    for client, remote in pairs:
        remote.sendall(b"56")
        assert wire.read_all(client) == b"5"
