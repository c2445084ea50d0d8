"""Turns requests away early when more are under way than can be served well; those who only watch go last."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

REMEMBERED_FOR_S: Final = 2.0


class Load(IntEnum):
    """`BUSY`: spare the dependencies; `NO_WRITES`: turn writes away; `FULL`: turn everything away."""

    LIGHT = 0
    BUSY = 1
    NO_WRITES = 2
    FULL = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests under way from which on a load is reached."""

    busy: int = 16
    no_writes: int = 28
    full: int = 40


class Shedding:
    """Counts requests under way; `waiting` says how many more the server has in its queue."""

    def __init__(self, limits: Limits | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way = 0
        self._last_busy_s = float("-inf")
        self.waiting: Callable[[], int] = int

    def enter(self) -> Load:
        with self._lock:
            self._under_way += 1
            number = self._under_way + self.waiting()
        limits = self._limits
        if limits is None:
            return Load.LIGHT
        if number > limits.full:
            load = Load.FULL
        elif number > limits.no_writes:
            load = Load.NO_WRITES
        else:
            load = Load.BUSY if number > limits.busy else Load.LIGHT
        if load > Load.LIGHT:
            self._last_busy_s = self._clock()
        return load

    def leave(self) -> None:
        with self._lock:
            self._under_way -= 1

    @property
    def recently_busy(self) -> bool:
        return self._clock() - self._last_busy_s < REMEMBERED_FOR_S


def spread_retry_after_s() -> int:
    """Not the same for everyone, or all would come back together."""
    return random.randint(1, 3)
