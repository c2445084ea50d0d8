"""Users who are not played by the runner itself; what its traffic asks of whoever plays them."""

from __future__ import annotations

import asyncio
from typing import Protocol


class Elsewhere(Protocol):
    def begin(self, group: asyncio.TaskGroup) -> None:
        """Let users come; what goes wrong from now on ends the group."""

    def finished_s(self) -> float:
        """Every run due up to this moment has ended, and its sample is here."""

    async def stop(self) -> None:
        """No more runs; returns when those under way have ended."""

    def abandon(self) -> None:
        """Listen no more."""
