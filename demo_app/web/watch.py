"""Notices that a dependency is back also when nobody happens to need it, so that notices go and clips are delivered."""

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Final

from demo_app.web.client import DependencyFailed
from demo_app.web.guard import TRY_S, Guard

logger = logging.getLogger("clipshare.watch")

EVERY_S: Final = 0.1


class Watch(threading.Thread):
    """While the guarded dependency is not well, asks it something small; the guard keeps that from being too often."""

    def __init__(self, guard: Guard, probe: Callable[[float], object]) -> None:
        super().__init__(name=f"watch-{guard.name}", daemon=True)
        self._guard = guard
        self._probe = probe
        self._ending = threading.Event()

    def run(self) -> None:
        while not self._ending.wait(EVERY_S):
            if self._guard.well:
                continue
            try:
                with contextlib.suppress(DependencyFailed):
                    self._guard.call(self._probe, budget_s=TRY_S)
            except Exception:
                logger.exception("probe failed dependency=%s", self._guard.name)

    def end(self) -> None:
        self._ending.set()
        if self.is_alive():
            self.join(timeout=5)
