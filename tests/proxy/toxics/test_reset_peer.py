import pytest

from chaos.proxy.toxics.base import Reset


@pytest.mark.parametrize("event", ["data", "end"])
def test_fires_its_time_after_the_first_event_and_swallows_it(driven, toxic, event):
    chain = driven(toxic("reset_peer", timeout=500))
    chain.until(3)
    assert chain.log == []
    if event == "data":
        chain.feed(b"x", 4.0)
        chain.feed(b"y", 4.4)
    else:
        chain.end(4.0)
    chain.until(20)
    assert chain.data == b""
    assert chain.ends == [(4500, Reset(4.5))]
    assert chain.stages[0].counters.closes == 1


def test_removed_while_it_waits_it_fires_at_once(driven, toxic):
    chain = driven(toxic("reset_peer", timeout=5000))
    chain.feed(b"x", 1.0)
    chain.until(2.0)
    chain.remove("t0")
    assert [at for at, _ in chain.ends] == [2000]
    assert isinstance(chain.ends[0][1], Reset)


def test_removed_before_it_was_triggered_it_leaves_no_trace(driven, toxic):
    chain = driven(toxic("reset_peer", timeout=0))
    chain.remove("t0")
    chain.feed(b"x")
    assert chain.data == b"x"
    assert chain.ends == []


def test_an_update_starts_its_wait_anew(driven, toxic):
    chain = driven(toxic("reset_peer", timeout=5000))
    chain.feed(b"x", 1.0)
    chain.until(2.0)
    chain.update("t0", toxic("reset_peer", timeout=300))
    chain.until(20)
    assert [at for at, _ in chain.ends] == [2300]
