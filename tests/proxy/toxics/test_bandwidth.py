import pytest

from chaos.proxy.toxics.base import Send


def passed_at(chain, time_ms):
    return sum(len(data) for at_ms, data in chain.times if at_ms <= time_ms)


def test_bytes_are_paid_for_before_they_leave(driven, toxic):
    chain = driven(toxic("bandwidth", rate=10))
    chain.feed(bytes(5000), 0.0)
    chain.run_dry()
    assert [passed_at(chain, at_ms) for at_ms in (0, 100, 200, 300, 400, 499, 500)] == [
        0, 1000, 2000, 3000, 4000, 4900, 5000
    ]  # fmt: skip


@pytest.mark.parametrize("rate", [1, 7, 333, 100_000])
def test_the_mean_rate_is_exact_however_the_data_comes(driven, toxic, rate):
    chain = driven(toxic("bandwidth", rate=rate))
    size = rate * 1000
    chunks = [bytes(size // 10)] * 10
    for number, chunk in enumerate(chunks):
        chain.feed(chunk, number * 0.01)
    chain.run_dry()
    assert chain.times[-1][0] == pytest.approx(1000, abs=0.01)
    assert len(chain.data) == size // 10 * 10


def test_small_chunks_each_cost_their_own_time(driven, toxic):
    chain = driven(toxic("bandwidth", rate=1))
    for _ in range(10):
        chain.feed(bytes(50), 0.0)
    chain.run_dry()
    assert [passed_at(chain, at_ms) for at_ms in (49, 50, 100, 150, 500)] == [40, 50, 100, 150, 500]


def test_idling_earns_no_credit(driven, toxic):
    chain = driven(toxic("bandwidth", rate=10))
    chain.feed(bytes(1000), 60.0)
    chain.run_dry()
    assert passed_at(chain, 60_050) == 500


def test_at_rate_0_nothing_passes_not_even_the_end_until_it_gets_a_rate(driven, toxic):
    chain = driven(toxic("bandwidth", rate=0))
    chain.feed(b"held", 0.0)
    chain.end(0.1)
    chain.until(3600)
    assert chain.log == []
    assert chain.stages[0].counters.as_json() == {"connections": 1, "requests": 0, "bytes": 4, "closes": 0}
    chain.update("t0", toxic("bandwidth", rate=1))
    assert chain.times == [(3_600_000, b"held")]
    assert [at for at, _ in chain.ends] == [3_600_000]


def test_at_rate_0_removal_lets_everything_through(driven, toxic):
    chain = driven(toxic("bandwidth", rate=0))
    chain.feed(b"one ")
    chain.feed(b"two")
    chain.end()
    chain.until(10)
    chain.remove("t0")
    assert chain.data == b"one two"
    assert len(chain.ends) == 1


def test_removal_releases_what_is_queued_at_once(driven, toxic):
    chain = driven(toxic("bandwidth", rate=1))
    for _ in range(4):
        chain.feed(bytes(50_000))
    chain.until(0.5)
    assert len(chain.data) == 500
    chain.remove("t0")
    assert len(chain.data) == 200_000


def test_reads_little_ahead_of_what_it_lets_out(driven, toxic):
    chain = driven(toxic("bandwidth", rate=1))
    chain.feed(bytes(64 * 1024))
    assert not chain.chain.hungry


def test_pieces_are_of_10_ms_or_one_byte(toxic):
    slow = toxic("bandwidth", rate=1)
    assert [len(effect.data) for effect in slow.on_data(bytes(25), 0.0) if isinstance(effect, Send)] == [10, 10, 5]
