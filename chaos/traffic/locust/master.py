"""The master: a child of the runner that has Locust's master in it, without its web page.

Its orders come by standard input, a JSON object a line: first what all workers need, then when to begin, freeze and
stop; the end of the input ends it, and with it all workers. What workers tell it hands on by standard output.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from chaos.traffic.locust.offset import KEPT, ClockOffset
from chaos.traffic.locust.orders import (
    CLOCK,
    FAILED,
    FREEZE,
    FULL,
    HERE,
    LISTENS,
    LOST,
    PING,
    PLAN,
    PONG,
    READY,
    REPORT,
    START,
    STOP,
)
from chaos.traffic.locust.seats import environment_of, seat_class

MOST_CLOCK_ERROR_S: Final = 0.05
PONG_WITHIN_S: Final = 5.0
LOOK_EVERY_S: Final = 0.25
PING_EVERY_S: Final = 2.0
WORTH_TELLING_S: Final = 0.001


class Master:
    def __init__(self, order: Mapping[str, Any]) -> None:
        self._order = order
        seat = seat_class(lambda _: None, lambda _: None)
        self._runner = environment_of(seat).create_master_runner(order["host"], order["port"])
        self._numbers: dict[str, int] = {}
        self._clocks: dict[str, ClockOffset] = {}
        self._told_zero_s: dict[str, float] = {}
        self._pongs: dict[str, Any] = {}
        self._leaving = False

    def run(self, lines: Iterable[bytes]) -> None:
        """Until there are no more lines."""
        import gevent

        self._runner.register_message(HERE, self._welcome, concurrent=True)
        self._runner.register_message(PONG, lambda environment, msg: self._pongs[msg.node_id].set(msg.data))  # noqa: ARG005
        for kind in (READY, REPORT, FAILED):
            self._runner.register_message(kind, self._hand_on)
        _say({"kind": LISTENS, "port": self._runner.server.port})
        watching = gevent.spawn(self._watch)
        for line in lines:
            wanted = json.loads(line)["do"]
            if wanted == START:
                gevent.spawn(self._runner.start, self._order["users"], self._order["spawn_per_s"])
            elif wanted in {FREEZE, STOP}:
                self._runner.send_message(wanted, {})
        watching.kill()
        self._leaving = True
        self._runner.quit()

    def _welcome(self, environment: Any, msg: Any) -> None:  # noqa: ARG002
        """A worker gets the plan once it is known what its clock says. Those that were sent away from here are back at
        the door at once: they wait for the next master.
        """
        worker = msg.node_id
        if self._leaving or worker in self._numbers:
            return
        if len(self._numbers) >= self._order["workers"]:
            self._runner.send_message(FULL, {}, worker)
            return
        self._numbers[worker] = len(self._numbers)
        self._clocks[worker] = ClockOffset()
        for _ in range(KEPT):
            if not self._ping(worker):
                _say({"kind": FAILED, "worker": worker, "reason": f"it did not answer within {PONG_WITHIN_S:g}s"})
                return
        error_s = self._clocks[worker].error_s
        if error_s > MOST_CLOCK_ERROR_S:
            reason = f"answers take so long that its clock is known to {error_s * 1000:.0f}ms only"
            _say({"kind": FAILED, "worker": worker, "reason": reason})
            return
        more = {"worker": self._numbers[worker], "zero_s": self._zero_s(worker)}
        self._told_zero_s[worker] = more["zero_s"]
        self._runner.send_message(PLAN, {**self._order["plan"], **more}, worker)

    def _ping(self, worker: str) -> bool:
        import gevent
        from gevent.event import AsyncResult

        self._pongs[worker] = AsyncResult()
        self._runner.send_message(PING, {"asked_s": time.monotonic()}, worker)
        try:
            said = self._pongs[worker].get(timeout=PONG_WITHIN_S)
        except gevent.Timeout:
            return False
        self._clocks[worker].add(asked_s=said["asked_s"], theirs_s=said["theirs_s"], answered_s=time.monotonic())
        return True

    def _zero_s(self, worker: str) -> float:
        """When the run's clock began, by the worker's own."""
        zero_s: float = self._order["zero_s"] + self._clocks[worker].offset_s
        return zero_s

    def _hand_on(self, environment: Any, msg: Any) -> None:  # noqa: ARG002
        """A worker that plays for a master before us, which was killed, does not know that yet."""
        if msg.node_id not in self._told_zero_s:
            self._runner.send_message("quit", None, msg.node_id)
            return
        _say({"kind": msg.type, "worker": msg.node_id, **(msg.data or {})})

    def _watch(self) -> None:
        """Workers that are lost are told, and those whose clock drifts are told a better guess."""
        import gevent

        lost: set[str] = set()
        asked_s = time.monotonic()
        while True:
            gevent.sleep(LOOK_EVERY_S)
            for worker in self._told_zero_s.keys() - lost:
                node = self._runner.clients.get(worker)
                if node is None or node.state == "missing":
                    lost.add(worker)
                    _say({"kind": LOST, "worker": worker})
            if time.monotonic() - asked_s >= PING_EVERY_S:
                asked_s = time.monotonic()
                for worker in self._told_zero_s.keys() - lost:
                    gevent.spawn(self._ask_again, worker)

    def _ask_again(self, worker: str) -> None:
        if self._ping(worker) and abs(self._zero_s(worker) - self._told_zero_s[worker]) >= WORTH_TELLING_S:
            self._told_zero_s[worker] = self._zero_s(worker)
            self._runner.send_message(CLOCK, {"zero_s": self._told_zero_s[worker]}, worker)


def _say(said: Mapping[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    from gevent.fileobject import FileObject

    lines = FileObject(sys.stdin.fileno(), "rb", close=False)
    order = json.loads(lines.readline())
    try:
        master = Master(order)
    except (Exception, SystemExit) as error:  # Locust leaves when its port is taken
        _say({"kind": FAILED, "reason": f"it can't listen at {order['host']}:{order['port']} ({error})"})
        return
    master.run(lines)


if __name__ == "__main__":
    main()
