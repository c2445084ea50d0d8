"""A worker: Locust's side of it in the main thread, the players in another."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import chaos
from chaos.errors import EnvironmentFailed
from chaos.traffic.locust.crew import Crew
from chaos.traffic.locust.orders import CLOCK, FAILED, FREEZE, HERE, PING, PLAN, PONG, STOP
from chaos.traffic.locust.seats import environment_of, seat_class

SEND_EVERY_S: Final = 0.01


class Worker:
    """Connects to a master, which may come later, and plays for it until it says that this was all."""

    def __init__(self, host: str, port: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._outgoing: deque[tuple[str, Mapping[str, Any]]] = deque()
        self._crew: Crew | None = None
        self._work: asyncio.Task[None] | None = None
        seat = seat_class(
            lambda number: self._in_loop(lambda crew: crew.sit(number)),
            lambda number: self._in_loop(lambda crew: crew.rise(number)),
        )
        try:
            self._runner = environment_of(seat).create_worker_runner(host, port)
        except ConnectionError:
            raise EnvironmentFailed(f"no Locust master answers at {host}:{port}") from None

    def run(self) -> None:
        """Blocks until the master wants no more."""
        import gevent

        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        answers: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
            PING: lambda data: self._runner.send_message(PONG, {**data, "theirs_s": time.monotonic()}),
            PLAN: lambda data: self._loop.call_soon_threadsafe(self._take_on, data),
            CLOCK: lambda data: self._in_loop(lambda crew: crew.clock_is(data["zero_s"])),
            FREEZE: lambda _: self._in_loop(lambda crew: crew.freeze()),
            STOP: lambda _: self._in_loop(lambda crew: crew.stop()),
        }
        for kind, answer in answers.items():
            self._runner.register_message(kind, _listener(answer))
        self._runner.send_message(HERE, {})
        sending = gevent.spawn(self._send)
        self._runner.greenlet.join()
        sending.kill()

    def _take_on(self, order: Mapping[str, Any]) -> None:
        if order["gatecrash"] != chaos.__version__:
            reason = f"it has Gatecrash {chaos.__version__}, the run {order['gatecrash']}"
            self._outgoing.append((FAILED, {"reason": reason}))
            return
        try:
            self._crew = Crew(order, lambda kind, data: self._outgoing.append((kind, data)))
        except Exception as error:
            self._outgoing.append((FAILED, {"reason": f"it can't read the plan: {error}"}))
            return
        self._work = self._loop.create_task(self._crew.work())

    def _in_loop(self, act: Callable[[Crew], None]) -> None:
        def acted() -> None:
            if self._crew is not None:
                act(self._crew)

        self._loop.call_soon_threadsafe(acted)

    def _send(self) -> None:
        import gevent

        while True:
            while self._outgoing:
                self._runner.send_message(*self._outgoing.popleft())
            gevent.sleep(SEND_EVERY_S)


def _listener(answer: Callable[[Mapping[str, Any]], object]) -> Callable[..., None]:
    def heard(environment: Any, msg: Any, **_: Any) -> None:  # noqa: ARG001
        answer(msg.data or {})

    return heard


if __name__ == "__main__":
    Worker(sys.argv[1], int(sys.argv[2])).run()
