from chaos.proxy.toxics.base import Close


def test_the_end_comes_later_and_data_does_not(driven, toxic):
    chain = driven(toxic("slow_close", delay=1000))
    chain.feed(b"x", 0.5)
    chain.end(0.7)
    chain.run_dry()
    assert chain.times == [(500, b"x")]
    assert chain.ends == [(1700, Close(1.7))]
    assert chain.stages[0].counters.as_json() == {"connections": 1, "requests": 0, "bytes": 0, "closes": 1}


def test_an_update_starts_the_wait_anew_and_a_removal_ends_it(driven, toxic):
    updated, removed = driven(toxic("slow_close", delay=5000)), driven(toxic("slow_close", delay=5000))
    for chain in (updated, removed):
        chain.end(0.0)
        chain.until(1.0)
    updated.update("t0", toxic("slow_close", delay=500))
    removed.remove("t0")
    updated.run_dry()
    assert [at for at, _ in updated.ends] == [1500]
    assert [at for at, _ in removed.ends] == [1000]


def test_delays_an_end_that_another_toxic_made(driven, toxic):
    chain = driven(toxic("limit_data", bytes=3), toxic("slow_close", delay=200))
    chain.feed(b"abcdef", 1.0)
    chain.run_dry()
    assert chain.times == [(1000, b"abc")]
    assert chain.ends == [(1200, Close(1.2, full=True))]
