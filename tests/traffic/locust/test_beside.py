"""An event loop in another thread ends with what was begun there."""

from __future__ import annotations

import asyncio
import threading

from chaos.traffic.locust.beside import LoopBeside


def test_what_was_begun_has_ended_when_it_has_ended() -> None:
    done: list[str] = []
    begun = threading.Event()

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            done.append(threading.current_thread().name)

    before = threading.active_count()
    with LoopBeside() as beside:
        beside.call(lambda: beside.begin(work()))
        assert begun.wait(timeout=30)
        assert not done
    (where,) = done
    assert where != threading.current_thread().name
    assert threading.active_count() == before
