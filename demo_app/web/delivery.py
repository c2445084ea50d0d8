"""Brings spooled clips to `media`, oldest first, as soon as it takes them again."""

import logging
import random
import threading
import time
from typing import Final

from demo_app.reference import new_reference
from demo_app.web.client import DependencyFailed, TimedOut
from demo_app.web.dependencies import Media
from demo_app.web.guard import Guard
from demo_app.web.model import Clip
from demo_app.web.spool import Spool

logger = logging.getLogger("clipshare.delivery")

SHORTEST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 0.4
LONGEST_REST_S: Final = 0.05
LEAST_BUDGET_S: Final = 0.5
EXPECTED_BYTES_PER_S: Final = 4 * 1024 * 1024
MOST_DOUBLINGS: Final = 3


class Delivery(threading.Thread):
    """One thread, so that clips arrive in order. An attempt that timed out may have worked; the key sees to that."""

    def __init__(self, spool: Spool, media: Media, guard: Guard) -> None:
        super().__init__(name="delivery", daemon=True)
        self._spool = spool
        self._media = media
        self._guard = guard
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._failures = 0
        self._timeouts = 0

    @property
    def failing(self) -> bool:
        """The last clip could not be delivered, and is still waiting."""
        return self._failures > 0 and len(self._spool) > 0

    def wake(self) -> None:
        self._wake.set()

    def end(self) -> None:
        self._ending.set()
        self._wake.set()
        if self.is_alive():
            self.join(timeout=5)

    def run(self) -> None:
        while not self._ending.is_set():
            self._wake.clear()
            try:
                clip = self._spool.oldest()
                if clip is None:
                    self._wake.wait()
                    continue
                begun_s = time.monotonic()
                self.deliver(clip)
                self._failures = self._timeouts = 0
                # Not all of the time: those who watch now should not wait for what was posted before.
                self._ending.wait(min((time.monotonic() - begun_s) / 2, LONGEST_REST_S))
                continue
            except TimedOut:
                self._timeouts += 1
            except DependencyFailed:
                pass
            except Exception:
                logger.exception("delivery failed")
            self._failures += 1
            self._ending.wait(pause_s(self._failures))

    def deliver(self, clip: Clip) -> None:
        """Store one clip and take it off the spool; raises `DependencyFailed` if that can't be done now."""
        reference = new_reference()
        if not self._guard.closed:
            # A large clip would keep the breaker's one trial busy, and everyone waiting. `Watch` is quicker.
            raise DependencyFailed("the breaker is not closed")
        budget_s = LEAST_BUDGET_S + len(clip.content) / EXPECTED_BYTES_PER_S
        budget_s *= 2.0 ** min(self._timeouts, MOST_DOUBLINGS)
        self._guard.call(
            lambda timeout_s: self._media.store(clip, reference, key=clip.id, timeout_s=timeout_s),
            budget_s=budget_s,
            try_s=budget_s,
        )
        self._spool.remove(clip.id)
        logger.info("clip delivered id=%s reference=%s waiting=%d", clip.id, reference, len(self._spool))


def pause_s(failures: int) -> float:
    """The pause after so many failures in a row: doubled each time up to a limit, and never quite the same."""
    return random.uniform(0.5, 1.0) * min(LONGEST_PAUSE_S, SHORTEST_PAUSE_S * 2.0 ** min(failures, 10))
