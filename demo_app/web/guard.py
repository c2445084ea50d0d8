"""A dependency is called through its guard: few calls at once, a deadline, one more try within a budget, and a breaker.

pybreaker holds its lock for as long as a call lasts, which would put all callers in a queue behind one that hangs. So
calls are made outside of it; it is told how they ended, and asked whether the next may be made.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import ClassVar, Final, TypeVar

from pybreaker import STATE_CLOSED, STATE_OPEN, CircuitBreaker, CircuitBreakerError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay, wait_random

from demo_app.web.budget import RetryBudget
from demo_app.web.client import DependencyFailed, NotReached

logger = logging.getLogger("clipshare.guard")

T = TypeVar("T")

TRY_S: Final = 0.25
TRIES: Final = 2
FAILURES_TO_OPEN: Final = 5
OPEN_FOR_S: Final = 0.5
CALLS_AT_ONCE: Final = 8
LEAST_S: Final = 0.02


class NotAdmitted(NotReached):
    """The call was not made: the breaker is open, or too many calls are under way. Trying again at once is no use."""


class Guard:
    """Guards the calls to one dependency. `clock` is monotonic, in seconds; `now` is the wall clock's."""

    tries: ClassVar[int] = TRIES

    def __init__(
        self,
        name: str,
        *,
        open_for_s: float = OPEN_FOR_S,
        calls_at_once: int = CALLS_AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self._open_for_s = open_for_s
        self._clock = clock
        self._now = now
        self._slots = threading.BoundedSemaphore(calls_at_once)
        # It half-opens when told to, by the clock above: pybreaker's own is the wall clock, which can jump.
        self._breaker = CircuitBreaker(fail_max=FAILURES_TO_OPEN, reset_timeout=10**9, name=name)
        self._budget = RetryBudget()
        self._lock = threading.Lock()
        self._half_open_at_s = 0.0
        self._last_failed = False
        self._failing_since_s: float | None = None

    @property
    def well(self) -> bool:
        """The breaker is closed, and the last call succeeded."""
        return not self._last_failed and self._breaker.current_state == STATE_CLOSED

    @property
    def closed(self) -> bool:
        return self._breaker.current_state == STATE_CLOSED

    @property
    def failing_since_s(self) -> float | None:
        """When (wall clock) the calls began to fail; None while they succeed."""
        return self._failing_since_s

    def call(self, attempt: Callable[[float], T], *, budget_s: float, try_s: float = TRY_S) -> T:
        """The result of `attempt`, which is told how many seconds it has.

        It is tried again only if that fits into `budget_s`, and into what all calls together have saved for second
        tries. Raises `DependencyFailed`.
        """
        end_s = self._clock() + budget_s
        self._budget.earn()
        limits = stop_after_attempt(self.tries) | stop_before_delay(max(budget_s - try_s, 0.0))
        retrying = Retrying(
            retry=retry_if_exception(_worth_another_try),
            stop=lambda state: limits(state) or self._out_of_budget(),
            wait=wait_random(0.01, 0.05),
            reraise=True,
        )
        return retrying(lambda: self._once(attempt, min(try_s, end_s - self._clock())))

    def _out_of_budget(self) -> bool:
        return not self._budget.spend()

    def _once(self, attempt: Callable[[float], T], timeout_s: float) -> T:
        if timeout_s < LEAST_S:
            raise NotAdmitted(f"{self.name}: no time left")
        if not self._slots.acquire(blocking=False):
            raise NotAdmitted(f"{self.name}: too many calls under way")
        try:
            trial = self._admitted()
            succeeded = False
            try:
                result = attempt(timeout_s)
                succeeded = True
            finally:
                self._ended(succeeded, trial)
            return result
        finally:
            self._slots.release()

    def _admitted(self) -> bool:
        """Whether the call that may now be made is the one trial of a half-open breaker; raises if none may."""
        with self._lock:
            state = self._breaker.current_state
            if state == STATE_CLOSED:
                return False
            if state == STATE_OPEN and self._half_opens():
                self._breaker.half_open()
                return True
        raise NotAdmitted(f"{self.name}: the breaker is open")

    def _half_opens(self) -> bool:
        return self._clock() >= self._half_open_at_s

    def _ended(self, succeeded: bool, trial: bool) -> None:
        with self._lock:
            before = self._breaker.current_state
            if not trial and before != STATE_CLOSED:
                return  # it began before the breaker opened; the trial alone decides now
            self._last_failed = not succeeded
            if succeeded:
                self._failing_since_s = None
                self._breaker.call(_succeed)
            else:
                self._failing_since_s = self._failing_since_s or self._now()
                with contextlib.suppress(DependencyFailed, CircuitBreakerError):
                    self._breaker.call(_fail)
            after = self._breaker.current_state
            if after == STATE_OPEN:
                self._half_open_at_s = self._clock() + self._open_for_s
        if after != before:
            logger.warning("breaker changed dependency=%s from=%s to=%s", self.name, before, after)


def _succeed() -> None:
    return None


def _fail() -> None:
    raise DependencyFailed


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, DependencyFailed) and not isinstance(error, NotAdmitted)
