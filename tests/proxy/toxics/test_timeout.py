from chaos.proxy.toxics.base import Close


def test_swallows_data_and_ends_the_connection_when_none_has_come_for_its_time(driven, toxic):
    chain = driven(toxic("timeout", timeout=1000))
    for at_s in (0.0, 0.4, 0.8, 1.2, 1.6):
        chain.feed(b"data", at_s)
    chain.until(10)
    assert chain.data == b""
    assert chain.ends == [(2600, Close(2.6, full=True))]
    assert chain.stages[0].counters.as_json() == {"connections": 1, "requests": 0, "bytes": 20, "closes": 1}


def test_an_idle_connection_ends_its_time_after_the_start(driven, toxic):
    chain = driven(toxic("timeout", timeout=300), start_s=5.0)
    chain.until(10)
    assert [at for at, _ in chain.ends] == [5300]


def test_without_a_time_it_never_ends_by_itself(driven, toxic):
    chain = driven(toxic("timeout", timeout=0))
    chain.feed(b"x", 1.0)
    chain.until(100_000)
    assert chain.log == []


def test_an_update_starts_the_clock_anew(driven, toxic):
    chain = driven(toxic("timeout", timeout=1000))
    chain.until(0.9)
    chain.update("t0", toxic("timeout", timeout=500))
    chain.until(10)
    assert [at for at, _ in chain.ends] == [1400]


def test_an_end_of_the_source_passes_at_once(driven, toxic):
    chain = driven(toxic("timeout", timeout=1000))
    chain.end(0.2)
    assert chain.ends == [(200, Close(0.2))]


def test_its_removal_ends_the_connection(driven, toxic):
    chain = driven(toxic("timeout", timeout=0))
    chain.until(1)
    chain.remove("t0")
    assert chain.ends == [(1000, Close(1.0, full=True))]
