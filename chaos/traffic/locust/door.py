"""How a worker comes to a master that may not be there yet, or is about to leave."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from chaos.errors import EnvironmentFailed
from chaos.traffic.locust.orders import FULL, HERE, PING, PONG
from chaos.units import format_duration

KNOCK_EVERY_S: Final = 0.5
Answers = Mapping[str, Callable[[Mapping[str, Any]], object]]


class NoMaster(EnvironmentFailed):
    """Nobody asked the worker in; `full`: there was a master, and it had all the workers that it wants."""

    def __init__(self, host: str, port: int, within_s: float, *, full: bool) -> None:
        self.full = full
        super().__init__(
            f"no run waited for workers at {host}:{port} within {format_duration(within_s)}; `bind` and `port` of its "
            "journey say where it waits while it runs, and --wait lets this worker wait for longer"
        )


def let_in(environment: Any, host: str, port: int, answers: Answers, *, within_s: float) -> Any:
    """Locust's side of a worker, once a master of ours has asked it in. `answers` to what it says, by kind, are called
    in Locust's thread. Raises `NoMaster`.

    By itself Locust takes whoever listens there for its master. That may be the one from which it has just come; and
    one that has all its workers would share its users out anew.
    """
    import gevent
    import zmq
    from locust import __version__
    from locust.runners import WorkerRunner

    class AtTheDoor(WorkerRunner):  # type: ignore[misc]
        def connect_to_master(self) -> None:
            """Locust calls it when it can hear, and before it begins to say every second that it is well."""
            self._full = False
            self.register_message(FULL, _listener(self._heard_full))
            self.register_message(PING, _listener(self._asked))
            for kind, answer in answers.items():
                self.register_message(kind, _listener(answer))
            try:
                with gevent.Timeout(within_s):
                    self._knock()
                    while not self.connection_event.wait(timeout=KNOCK_EVERY_S):
                        self._knock()
            except gevent.Timeout:
                self.leave()
                raise NoMaster(host, port, within_s, full=self._full) from None
            self.connected = True

        def leave(self) -> None:
            """What nobody has heard yet is not said any more."""
            self.greenlet.kill(block=True)
            self.client.close(linger=0)

        def _knock(self) -> None:
            """Unless so much waits already for somebody to hear it that no more can."""
            if self.client.socket.poll(0, zmq.POLLOUT):
                self.send_message(HERE, {})

        def _heard_full(self, _: Mapping[str, Any]) -> None:
            self._full = True

        def _asked(self, data: Mapping[str, Any]) -> None:
            if not self.connection_event.is_set():
                self.send_message("client_ready", __version__)
            self.send_message(PONG, {**data, "theirs_s": time.monotonic()})

    return AtTheDoor(environment, host, port)


def _listener(answer: Callable[[Mapping[str, Any]], object]) -> Callable[..., None]:
    def heard(environment: Any, msg: Any, **_: Any) -> None:  # noqa: ARG001
        answer(msg.data or {})

    return heard
