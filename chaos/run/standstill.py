"""Noticing that this machine slept, or that this process was stopped: nobody was sent meanwhile, and faults went on.

The monotonic clock stands still while a machine sleeps; the boot clock, where there is one, does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

LONGEST_S: Final = 5.0
"""Between two looks that should be a tenth of a second apart. A machine that is merely busy is not that late."""


def _boot_s() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Standstill:
    """Look often; each look speaks of the time since the one before."""

    def __init__(self, now: Callable[[], float] = time.monotonic, boot: Callable[[], float] = _boot_s) -> None:
        self._now, self._boot = now, boot
        self._last_s, self._last_boot_s = now(), boot()

    def look(self) -> str | None:
        """What happened; None when all went on."""
        now_s, boot_s = self._now(), self._boot()
        gone_s, boot_gone_s = now_s - self._last_s, boot_s - self._last_boot_s
        self._last_s, self._last_boot_s = now_s, boot_s
        if boot_gone_s - gone_s > LONGEST_S:
            return f"this machine slept for {boot_gone_s - gone_s:.0f}s in the middle of the experiment"
        if gone_s > LONGEST_S:
            return f"Gatecrash stood still for {gone_s:.0f}s in the middle of the experiment: it was stopped or starved"
        return None
