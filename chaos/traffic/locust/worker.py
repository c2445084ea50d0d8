"""A worker: Locust's side of it in the main thread, the players in another."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

import chaos
from chaos.errors import EnvironmentFailed
from chaos.traffic.locust.beside import LoopBeside
from chaos.traffic.locust.crew import Crew
from chaos.traffic.locust.door import NoMaster, let_in
from chaos.traffic.locust.orders import CLOCK, FAILED, FREEZE, PLAN, READY_WITHIN_S, STOP
from chaos.traffic.locust.seats import environment_of, seat_class

SEND_EVERY_S: Final = 0.01


class Worker:
    """Plays for one master, which may come later, until it says that this was all."""

    def __init__(self, host: str, port: int) -> None:
        self._master = (host, port)
        self._beside = LoopBeside()
        self._outgoing: deque[tuple[str, Mapping[str, Any]]] = deque()
        self._crew: Crew | None = None
        self._refused = ""

    def run(self, *, within_s: float) -> str | None:
        """The id of the experiment, once its master wants no more; None if that was before there was a plan.

        Raises `NoMaster` when none has asked it in `within_s`, and `EnvironmentFailed` when it can't play the plan.
        """
        seat = seat_class(
            lambda number: self._crew_does(lambda crew: crew.sit(number)),
            lambda number: self._crew_does(lambda crew: crew.rise(number)),
        )
        answers: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
            PLAN: lambda order: self._beside.call(self._take_on, order),
            CLOCK: lambda data: self._crew_does(lambda crew: crew.clock_is(data["zero_s"])),
            FREEZE: lambda _: self._crew_does(lambda crew: crew.freeze()),
            STOP: lambda _: self._crew_does(lambda crew: crew.stop()),
        }
        with self._beside:
            runner = let_in(environment_of(seat), *self._master, answers, within_s=within_s)
            self._play(runner)
        if self._refused:
            raise EnvironmentFailed(f"this worker can't play: {self._refused}")
        return self._crew.experiment if self._crew is not None else None

    def _play(self, runner: Any) -> None:
        import gevent

        sending = gevent.spawn(self._send, runner)
        runner.greenlet.join()
        sending.kill()
        runner.leave()

    def _take_on(self, order: Mapping[str, Any]) -> None:
        if order["gatecrash"] != chaos.__version__:
            self._refuse(f"it has Gatecrash {chaos.__version__}, the run {order['gatecrash']}")
            return
        try:
            self._crew = Crew(order, lambda kind, data: self._outgoing.append((kind, data)))
        except ValidationError as error:  # its own words repeat what it was given, secrets and all
            places = ", ".join(".".join(map(str, each["loc"])) for each in error.errors(include_input=False))
            self._refuse(f"it can't read the plan: {places}")
            return
        except Exception as error:
            self._refuse(f"it can't use the plan: {error}")
            return
        self._beside.begin(self._crew.work())

    def _refuse(self, reason: str) -> None:
        self._refused = reason
        self._outgoing.append((FAILED, {"reason": reason}))

    def _crew_does(self, act: Callable[[Crew], None]) -> None:
        def acted() -> None:
            if self._crew is not None:
                act(self._crew)

        self._beside.call(acted)

    def _send(self, runner: Any) -> None:
        import gevent

        while True:
            while self._outgoing:
                runner.send_message(*self._outgoing.popleft())
            gevent.sleep(SEND_EVERY_S)


def experiments_at(host: str, port: int, *, within_s: float) -> Iterator[str]:
    """Play in one after the other, and tell the id of each that has ended, until none has come in `within_s`.

    Raises `NoMaster` when there never was a run.
    """
    heard = False
    while True:
        try:
            played = Worker(host, port).run(within_s=within_s)
        except NoMaster as nobody:
            if heard or nobody.full:
                return
            raise
        heard = True
        if played is not None:
            yield played


if __name__ == "__main__":
    Worker(sys.argv[1], int(sys.argv[2])).run(within_s=READY_WITHIN_S)
