from chaos.proxy.toxics.base import Close, Send


def test_holds_each_chunk_back_for_its_delay(toxic):
    assert list(toxic("latency", latency=200).on_data(b"hi", now_s=1.0)) == [Send(b"hi", at_s=1.2)]


def test_delays_pipeline_instead_of_adding_up(driven, toxic):
    chain = driven(toxic("latency", latency=200))
    for at_s, data in ((0.0, b"a"), (0.1, b"b"), (0.15, b"c")):
        chain.feed(data, at_s)
    chain.run_dry()
    assert chain.times == [(200, b"a"), (300, b"b"), (350, b"c")]


def test_jitter_keeps_its_bounds_and_the_order(driven, toxic):
    chain = driven(toxic("latency", latency=100, jitter=50))
    for number in range(200):
        chain.feed(b"%03d" % number, number * 0.2)
    chain.run_dry()
    delays = [at_ms - number * 200 for number, (at_ms, _) in enumerate(chain.times)]
    assert all(50 <= delay < 150 for delay in delays)
    assert min(delays) < 60
    assert max(delays) > 140
    assert chain.data == b"".join(b"%03d" % number for number in range(200))


def test_a_chunk_with_less_jitter_does_not_overtake(driven, toxic):
    chain = driven(toxic("latency", latency=100, jitter=100))
    for number in range(300):
        chain.feed(b"%03d" % number, number * 0.001)
    chain.run_dry()
    assert chain.data == b"".join(b"%03d" % number for number in range(300))
    assert [at for at, _ in chain.times] == sorted(at for at, _ in chain.times)


def test_an_end_without_data_is_not_delayed_and_one_behind_data_follows_it(driven, toxic):
    idle, busy = driven(toxic("latency", latency=500)), driven(toxic("latency", latency=500))
    idle.end(0.1)
    busy.feed(b"bye", 0.1)
    busy.end(0.2)
    busy.run_dry()
    assert idle.ends == [(100, Close(0.1))]
    assert busy.times == [(600, b"bye")]
    assert [at for at, _ in busy.ends] == [600]


def test_two_of_them_add_up_exactly(driven, toxic):
    chain = driven(toxic("latency", latency=100), toxic("latency", latency=150))
    chain.feed(b"x", 0.0)
    chain.run_dry()
    assert chain.times == [(250, b"x")]


def test_counts_the_bytes_it_held_back(driven, toxic):
    chain = driven(toxic("latency", latency=100), toxic("latency", latency=0))
    chain.feed(b"abc", 0.0)
    chain.feed(b"de", 0.05)
    chain.run_dry()
    assert chain.stages[0].counters.as_json() == {"connections": 1, "requests": 0, "bytes": 5, "closes": 0}
    assert chain.stages[1].counters.connections == 0


def test_stops_reading_the_source_before_memory_runs_out(driven, toxic):
    chain = driven(toxic("latency", latency=10_000))
    fed = 0
    while chain.chain.hungry:
        chain.feed(bytes(256 * 1024))
        fed += 256 * 1024
    assert 40 * 1024**2 <= fed <= 64 * 1024**2


def test_tiny_chunks_fill_it_too(driven, toxic):
    latency = toxic("latency", latency=10_000)
    chain = driven(latency)
    for _ in range(1000):
        chain.feed(b"x")
    assert chain.stages[0].held_bytes > 50 * 1000
