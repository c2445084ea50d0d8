import hypothesis.strategies as st
from hypothesis import given, settings

from chaos.proxy.toxics.base import Answer, Close, Send, Toxic
from chaos.proxy.wire import attributes_from_wire

LOSSLESS = {
    "latency": st.fixed_dictionaries({"latency": st.integers(0, 300), "jitter": st.integers(0, 300)}),
    "bandwidth": st.fixed_dictionaries({"rate": st.integers(1, 2000)}),
    "slicer": st.fixed_dictionaries(
        {"average_size": st.integers(0, 700), "size_variation": st.integers(0, 700), "delay": st.integers(0, 5000)}
    ),
    "slow_close": st.fixed_dictionaries({"delay": st.integers(0, 500)}),
    "limit_data": st.just({"bytes": 10**9}),
    "noop": st.just({}),
}
toxics = st.sampled_from(sorted(LOSSLESS)).flatmap(lambda name: st.tuples(st.just(name), LOSSLESS[name]))
chunks = st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 200)), max_size=12)  # size, ms since the one before
edits = st.lists(
    st.one_of(
        st.tuples(st.just("add"), toxics),
        st.tuples(st.just("remove"), st.integers(0, 5)),
        st.tuples(st.just("update"), st.integers(0, 5)),
        st.tuples(st.just("room"), st.integers(0, 4000)),
    ),
    max_size=10,
)


def numbered(size, offset):
    return bytes((offset + place) % 251 for place in range(size))


@settings(deadline=None)  # the machine may be busy
@given(chain=st.lists(toxics, max_size=4), chunks=chunks)
def test_lossless_toxics_pass_exactly_what_came(driven, toxic, chain, chunks):
    chain = driven(*(toxic(name, **attributes) for name, attributes in chain))
    sent, now_s = b"", 0.0
    for size, gap_ms in chunks:
        now_s += gap_ms / 1000
        data = numbered(size, len(sent))
        chain.feed(data, now_s)
        sent += data
    chain.end(now_s)
    chain.run_dry()
    assert chain.data == sent
    assert len(chain.ends) == 1
    assert isinstance(chain.log[-1][1], Close)
    assert all(stage.held_bytes == 0 for stage in chain.stages)


@settings(deadline=None)  # the machine may be busy
@given(chain=st.lists(toxics, max_size=3), chunks=chunks, edits=edits)
def test_edits_lose_duplicate_and_reorder_nothing(driven, toxic, chain, chunks, edits):
    chain = driven(*(toxic(name, **attributes) for name, attributes in chain))
    specs = {stage.name: stage for stage in chain.stages}
    sent, now_s, added = b"", 0.0, 0
    for place in range(max(len(chunks), len(edits))):
        if place < len(chunks):
            size, gap_ms = chunks[place]
            now_s += gap_ms / 1000
            data = numbered(size, len(sent))
            chain.feed(data, now_s)
            sent += data
        if place < len(edits):
            what, value = edits[place]
            names = [stage.name for stage in chain.chain.stages if not stage.leaving]
            if what == "add":
                added += 1
                chain.add(toxic(value[0], **value[1]), f"added{added}")
            elif what == "room":
                chain.room_bytes = value
            elif names and what == "remove":
                chain.remove(names[value % len(names)])
            elif names:
                name = names[value % len(names)]
                stage = specs.get(name) or chain.chain.find(name)
                chain.chain.update(name, stage.toxic.attributes, chain.now_s)
    chain.end(now_s)
    chain.room_bytes = 1 << 40
    chain.until(chain.now_s)
    chain.run_dry()
    assert chain.data == sent
    assert len(chain.ends) == 1
    assert all(stage.held_bytes == 0 for stage in chain.chain.stages)


def test_without_room_nothing_leaves_and_the_source_is_no_longer_read(driven, toxic):
    chain = driven(toxic("noop"), toxic("noop"))
    chain.room_bytes = 0
    for _ in range(4):
        chain.feed(bytes(64 * 1024))
    assert chain.log == []
    assert not chain.chain.hungry
    assert chain.chain.next_due_s(chain.now_s) == float("inf")  # room is waited for, not time
    chain.room_bytes = 1 << 30
    chain.until(chain.now_s)
    assert len(chain.data) == 4 * 64 * 1024
    assert chain.chain.hungry


def test_updated_latency_releases_the_chunk_at_hand_and_judges_the_next_from_its_arrival(driven, toxic):
    chain = driven(toxic("latency", latency=5000))
    chain.feed(b"1", 0.0)
    chain.feed(b"2", 0.1)
    chain.until(0.5)
    chain.update("t0", toxic("latency", latency=1000))
    chain.run_dry()
    assert chain.times == [(500, b"1"), (1100, b"2")]


def test_removed_latency_passes_all_it_held_at_once(driven, toxic):
    chain = driven(toxic("latency", latency=5000), toxic("noop"))
    for number in range(5):
        chain.feed(b"%d" % number, number * 0.1)
    chain.until(1.0)
    chain.remove("t0")
    assert chain.times == [(1000, b"%d" % number) for number in range(5)]


def test_an_added_toxic_disturbs_the_one_before_it_as_in_toxiproxy(driven, toxic):
    chain = driven(toxic("latency", latency=3000))
    chain.feed(b"1", 0.0)
    chain.feed(b"2", 0.1)
    chain.until(0.5)
    chain.add(toxic("noop"))
    chain.run_dry()
    assert chain.times == [(500, b"1"), (3100, b"2")]


def test_removal_from_a_stalled_link_takes_effect_when_the_reader_moves(driven, toxic):
    chain = driven(toxic("latency", latency=1000))
    chain.room_bytes = 0
    chain.feed(b"held")
    chain.until(5.0)
    chain.remove("t0")
    assert chain.log == []
    assert chain.chain.find("t0") is None
    chain.feed(b" more")
    chain.room_bytes = 100
    chain.until(6.0)
    assert chain.times == [(6000, b"held"), (6000, b" more")]
    assert not chain.chain


def test_a_toxic_of_the_same_name_may_come_while_the_old_one_still_passes_on(driven, toxic):
    chain = driven(toxic("latency", latency=1000))
    chain.room_bytes = 0
    chain.feed(b"old ")
    chain.remove("t0")
    chain.add(toxic("latency", latency=300), "t0")
    chain.feed(b"new")
    chain.room_bytes = 100
    chain.until(1.0)
    assert chain.data == b"old new"


def test_after_an_end_of_a_toxics_own_nothing_more_leaves(driven, toxic):
    chain = driven(toxic("limit_data", bytes=4), toxic("latency", latency=100))
    chain.feed(b"abcdef")
    chain.feed(b"more")
    chain.run_dry()
    assert chain.data == b"abcd"
    assert [(at_ms, output.full) for at_ms, output in chain.ends] == [(100, True)]


class Hurry(Toxic):
    """Holds the first chunk back for 100 ms and would let the others go at once."""

    __slots__ = ("_delay_s",)

    def on_start(self, now_s: float):
        self._delay_s = 0.1
        return ()

    def on_data(self, data: bytes, now_s: float):
        delay_s, self._delay_s = self._delay_s, 0.0
        return (Send(data, now_s + delay_s),)


def test_a_chunk_that_waited_for_the_one_before_it_arrives_no_earlier_at_the_next_toxic(driven, toxic):
    hurry = Hurry(Hurry.schema(), toxic("noop").site)
    chain = driven(hurry, toxic("latency", latency=50))
    chain.feed(b"1", 0.0)
    chain.feed(b"2", 0.01)
    chain.run_dry()
    assert chain.times == [(150, b"1"), (150, b"2")]


class Greeter(Toxic):
    """Answers each chunk towards the client, and lets nothing through."""

    __slots__ = ()
    two_sided = True

    def on_data(self, data: bytes, now_s: float):
        if self.site.stream == "upstream":
            yield Answer(b"hello " + data, now_s)
        else:
            yield Send(data, now_s)

    def on_answer(self, data: bytes, now_s: float):
        yield Send(data, now_s + 0.1)


def test_a_toxic_can_answer_through_its_twin_in_the_other_direction(driven, toxic):
    schema = Greeter.schema
    attributes = attributes_from_wire(schema, {})[1]
    up = driven(Greeter(attributes, toxic("noop", stream="upstream").site))
    down = driven(Greeter(attributes, toxic("noop").site))
    up.feed(b"bob")
    [(_, (stage, answer))] = up.log
    down.chain.answer(stage.name, answer, 0.0)
    down.until(0.0)
    down.run_dry()
    assert down.times == [(100, b"hello bob")]


class Patient(Toxic):
    """Holds what is marked for 100 ms; the rest passes as it comes."""

    __slots__ = ()
    quick = True

    def on_data(self, data: bytes, now_s: float):
        return (Send(data, now_s + 0.1),) if data.startswith(b"!") else None


def test_data_passes_quickly_only_while_nothing_is_in_its_way(driven, toxic):
    chain = driven(Patient(Patient.schema(), toxic("noop").site))
    quickly = chain.chain.pass_quickly
    assert quickly(b"1", 0.0) == b"1"
    assert quickly(b"!2", 0.0) is None
    assert quickly(b"3", 0.0) is None
    chain.until(0.0)
    chain.run_dry()
    assert chain.times == [(100, b"!2"), (100, b"3")]
    assert quickly(b"4", 0.1) == b"4"
    chain.feed(b"!5")
    assert quickly(b"6", 0.1) is None
    chain.until(0.2)
    assert chain.data == b"!23!56"
    chain.chain.remove("t0", 0.2)
    assert quickly(b"!7", 0.2) is None  # its toxic is asked no more
    chain.until(0.2)
    assert chain.data == b"!23!56!7"
    assert not chain.chain.stages
