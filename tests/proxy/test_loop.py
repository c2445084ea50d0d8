import os
import time

import pytest

from chaos.proxy import loop as loop_module
from chaos.proxy.loop import Loop
from chaos.proxy.poller import HUP, IN, OUT, SelectorPoller


@pytest.fixture(params=["epoll", "selectors", "exact", "busy", "exact and busy"])
def loop(request, monkeypatch):
    if request.param == "selectors":
        monkeypatch.setattr(loop_module, "new_poller", SelectorPoller)
    made = Loop(busy_poll_s=0.005 if "busy" in request.param else 0.0)
    if "exact" in request.param:
        made.use_exact_timers()
    return made


def test_timers_run_in_order_and_never_early(loop):
    began_s, ran = loop.now(), []
    for delay_s in (0.03, 0.0, 0.011, 0.02, 0.0105):
        loop.call_at(began_s + delay_s, lambda delay_s=delay_s: ran.append((delay_s, loop.now() - began_s)))
    loop.call_at(began_s + 0.04, loop.stop)
    loop.run()
    assert [due for due, _ in ran] == [0.0, 0.0105, 0.011, 0.02, 0.03]
    assert all(at >= due for due, at in ran)


def test_a_timer_made_earlier_than_the_one_waited_for_runs_first(loop):
    ran = []
    loop.call_at(loop.now() + 0.05, lambda: (ran.append("late"), loop.stop()))
    loop.call_at(loop.now() + 0.01, lambda: loop.call_at(loop.now() + 0.01, lambda: ran.append("early")))
    loop.run()
    assert ran == ["early", "late"]


def test_cancelled_timers_do_not_run_and_do_not_pile_up(loop):
    ran = []
    for _ in range(5000):
        loop.call_at(loop.now() + 3600, lambda: ran.append("cancelled")).cancel()
    timer = loop.call_at(loop.now(), lambda: ran.append("cancelled"))
    timer.cancel()
    timer.cancel()
    loop.call_at(loop.now() + 0.01, loop.stop)
    loop.run()
    assert ran == []
    assert len(loop._heap) < 2000


def test_handlers_hear_of_their_descriptor_until_it_is_removed(loop):
    read_fd, write_fd = os.pipe()
    heard = []

    def on_readable(mask):
        heard.append((mask, os.read(read_fd, 10)))
        loop.remove(read_fd)
        os.write(write_fd, b"more")
        loop.call_at(loop.now() + 0.01, loop.stop)

    loop.add(read_fd, 0, on_readable)
    os.write(write_fd, b"x")
    loop.call_at(loop.now() + 0.01, lambda: loop.modify(read_fd, IN))
    loop.run()
    assert heard == [(IN, b"x")]
    loop.remove(read_fd)
    os.close(read_fd)
    os.close(write_fd)


def test_a_descriptor_that_is_writable_is_reported_so(loop):
    read_fd, write_fd = os.pipe()
    masks = []
    loop.add(write_fd, OUT, lambda mask: (masks.append(mask), loop.stop()))
    loop.run()
    assert masks[0] & ~HUP == OUT
    os.close(read_fd)
    os.close(write_fd)


def test_a_handler_that_fails_does_not_end_the_loop(loop):
    errors = []
    loop.on_error = errors.append
    loop.call_at(loop.now(), lambda: 1 / 0)
    loop.call_at(loop.now() + 0.01, loop.stop)
    loop.run()
    assert [type(error) for error in errors] == [ZeroDivisionError]


def test_exact_timers_are_exact():
    loop = Loop()
    loop.use_exact_timers()
    late_s = []

    def again(due_s):
        late_s.append(time.monotonic() - due_s)
        if len(late_s) < 40:
            due_s = loop.now() + 0.0023
            loop.call_at(due_s, lambda: again(due_s))
        else:
            loop.stop()

    again(loop.now())
    loop.run()
    assert min(late_s[1:]) >= 0
    assert sorted(late_s)[len(late_s) // 4] < 0.002  # epoll alone rounds 2.3 ms up to 3; the machine may be busy
