"""The clock of one run: seconds since it began, from the monotonic clock."""

from __future__ import annotations

import asyncio
import time


class Clock:
    def __init__(self) -> None:
        self._zero = time.monotonic()

    @property
    def zero_s(self) -> float:
        """What the monotonic clock said when this one began."""
        return self._zero

    def now(self) -> float:
        return time.monotonic() - self._zero

    async def sleep_until(self, moment_s: float) -> None:
        """Returns at once when the moment has passed."""
        await asyncio.sleep(max(0.0, moment_s - self.now()))
