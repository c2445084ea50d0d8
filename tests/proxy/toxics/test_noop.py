def test_passes_everything_at_once_and_counts_nothing(driven, toxic):
    chain = driven(toxic("noop"))
    chain.feed(b"x", 1.0)
    chain.end(1.0)
    assert chain.times == [(1000, b"x")]
    assert len(chain.ends) == 1
    assert chain.stages[0].counters.connections == 0
