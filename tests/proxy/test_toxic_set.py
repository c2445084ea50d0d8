import pytest

from chaos.proxy.chain import Chain
from chaos.proxy.toxic_set import ToxicEntry, ToxicSet
from chaos.proxy.toxics import TOXICS
from chaos.proxy.wire import attributes_from_wire


class FakeConnection:
    """Chains without sockets; an edit happens at time 1."""

    def __init__(self, number):
        self.number = number
        self.shared = None
        self.is_open = True
        self.chains = {"upstream": Chain(()), "downstream": Chain(())}

    def edit(self, stream, change):
        change(self.chains[stream], 1.0)

    def runs(self, name, stream="downstream"):
        return self.chains[stream].find(name) is not None


def entry(name="t", type_name="noop", stream="downstream", toxicity=1.0, **attributes):
    kind = TOXICS[type_name]
    made = ToxicEntry(name, type_name, kind, stream, toxicity)
    made.echoed, made.attributes = attributes_from_wire(kind.schema, attributes)
    return made


def hit(toxics, connections, *names):
    """Which connections run all of these, on chains made anew as for a new connection."""
    chains = [toxics.chains(connection).get("downstream", Chain(())) for connection in connections]
    return [all(chain.find(name) for name in names) for chain in chains]


@pytest.mark.parametrize(
    ("toxicity", "share"), [(1.0, 1.0), (2.0, 1.0), (0.0, 0.0), (-1.0, 0.0), (0.5, 0.5), (0.1, 0.1)]
)
def test_toxicity_is_the_share_of_connections(toxicity, share):
    toxics, connections = ToxicSet("seed"), [FakeConnection(number) for number in range(1, 401)]
    toxics.add(entry(toxicity=toxicity), connections, 0)
    live = [connection.runs("t") for connection in connections]
    assert sum(live) / 400 == pytest.approx(share, abs=0.08 if 0 < share < 1 else 0)
    assert hit(toxics, connections, "t") == live, "the die does not depend on when the connection came"


def test_toxics_and_seeds_roll_independently():
    connections = [FakeConnection(number) for number in range(1, 201)]
    verdicts = []
    for seed, name in (("a", "t"), ("a", "t"), ("a", "u"), ("b", "t")):
        toxics = ToxicSet(seed)
        toxics.add(entry(name, toxicity=0.5), [], 0)
        verdicts.append(tuple(hit(toxics, connections, name)))
    assert verdicts[0] == verdicts[1]
    assert len(set(verdicts)) == 3


def test_an_update_rolls_again_and_edits_of_others_do_not():
    toxics, connections = ToxicSet("seed"), [FakeConnection(number) for number in range(1, 101)]
    toxic, other = entry(toxicity=0.5), entry("other")
    toxics.add(toxic, connections, 0)
    before = [connection.runs("t") for connection in connections]
    toxics.add(other, connections, 0)
    toxics.remove(other, connections)
    assert [connection.runs("t") for connection in connections] == before
    toxics.update(toxic, connections)
    after = [connection.runs("t") for connection in connections]
    assert after != before
    assert hit(toxics, connections, "t") == after


def test_a_toxic_that_comes_to_hit_a_connection_takes_its_place_in_the_order_of_creation():
    toxics, connection = ToxicSet("seed"), FakeConnection(1)
    first, second = entry("first", toxicity=0.0), entry("second")
    for toxic in (first, second):
        toxics.add(toxic, [connection], 0)
    first.toxicity = 1.0
    toxics.update(first, [connection])
    assert [stage.name for stage in connection.chains["downstream"].stages] == ["first", "second"]
    first.toxicity = 0.0
    toxics.update(first, [connection])
    assert not connection.runs("first")


def test_counters_survive_updates_and_vanish_with_the_toxic():
    toxics, connection = ToxicSet("seed"), FakeConnection(1)
    toxic = entry(type_name="latency", latency=100)
    toxics.add(toxic, [connection], 0)
    connection.chains["downstream"].feed(b"abc", 1.0)
    connection.chains["downstream"].advance(1.0, 1000)
    toxics.update(toxic, [connection])
    assert toxic.counters.bytes == 3
    toxics.remove(toxic, [connection])
    again = entry(type_name="latency", latency=100)
    toxics.add(again, [connection], 0)
    assert again.counters.bytes == 0


def test_lists_what_is_upstream_first():
    toxics = ToxicSet("seed")
    for name, stream in (("a", "downstream"), ("b", "UpStream"), ("c", "downstream"), ("d", "upstream")):
        toxics.add(entry(name, stream=stream), [], 0)
    assert [toxic.name for toxic in toxics] == ["b", "d", "a", "c"]


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_one_that_looks_at_what_clients_send_leaves_the_other_direction_alone_whatever_it_was_set_on(stream):
    toxics, connections = ToxicSet("seed"), [FakeConnection(1)]
    toxics.add(entry(type_name="http_count", stream=stream), connections, 0)
    assert connections[0].runs("t", "upstream")
    assert not connections[0].chains["downstream"].stages
    assert toxics.chains(FakeConnection(2)).keys() == {"upstream"}
    toxics.remove(toxics.find("t"), connections)
    assert not connections[0].runs("t", "upstream")
