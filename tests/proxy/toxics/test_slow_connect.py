def test_the_dial_waits_for_its_delay(toxic):
    assert toxic("slow_connect", delay=250).connect_delay_s() == 0.25
    assert toxic("slow_connect").connect_delay_s() == 0


def test_jitter_comes_from_the_seed_and_never_makes_it_negative(toxic):
    def delays(seed):
        made = toxic("slow_connect", delay=10, jitter=100, seed=seed)
        return [made.connect_delay_s() for _ in range(100)]

    assert delays("a") == delays("a") != delays("b")
    assert min(delays("a")) == 0
    assert 0.05 < max(delays("a")) <= 0.11


def test_data_passes_at_once(driven, toxic):
    chain = driven(toxic("slow_connect", delay=250))
    chain.feed(b"x")
    assert chain.times == [(0, b"x")]
    assert chain.stages[0].counters.connections == 0


def test_a_dial_that_waits_is_counted(driven, toxic):
    chain = driven(toxic("slow_connect", delay=250))
    assert chain.stages[0].connect_delay_s() == 0.25
    assert chain.stages[0].counters.connections == 1
