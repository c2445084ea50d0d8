"""Whether one more experiment may begin beside those that are under way. Most of an experiment is waiting."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from chaos.experiment.plan import Plan

MOST_AT_ONCE: Final = 32
FREE_CORES: Final = 0.35
"""Of this machine, so that another system can be started and its users sent, and those of the others leave on time."""
WINDOW_S: Final = 0.5
"""Over which free cores are counted: longer than the bursts in which pages are read and journals judged."""
_STAT: Final = Path("/proc/stat")


@dataclass(slots=True)
class Room:
    """`most` at once. `free` says how many cores nobody uses; None: that is not asked.

    `at_first`: so many begin without asking while there are no users yet whom they could disturb.
    """

    most: int
    free: Callable[[], float] | None = None
    at_first: int = 1
    said: str = ""
    """What a person is told where it is not what was asked for, or was not asked for; else it is empty."""

    def for_another(self, under_way: int, *, coming: int) -> bool:
        """Whether there is any beside so many. Of those, `coming` have no users yet: what they take is not known."""
        if self.free is None:
            return under_way < self.most
        free = self.free()
        if under_way == coming:
            return under_way < min(self.at_first, self.most)
        return under_way < self.most and not coming and free >= FREE_CORES

    def was_too_busy(self, under_way: int) -> None:
        """From now on one less at once than there were."""
        self.most = max(1, min(self.most, under_way) - 1)


def room_for(plans: Sequence[Plan], asked: int | None) -> Room:
    """`asked` is None for as many as this machine has time for."""
    elsewhere = sorted({name for plan in plans for name, each in plan.system.services.items() if each.runs_already})
    if elsewhere and asked != 1:
        return Room(
            1,
            said=f"one at a time: {', '.join(elsewhere)} already runs, so all experiments meet the same "
            f"{'services' if len(elsewhere) > 1 else 'service'}",
        )
    spread = [each.traffic for plan in plans for each in plan.system.journeys.values() if each.traffic is not None]
    ports = sorted({each.port for each in spread if each.port is not None})
    if ports and asked != 1:
        named = f"port{'s' if len(ports) > 1 else ''} {', '.join(map(str, ports))}"
        return Room(
            1, said=f"one at a time: workers from elsewhere come to {named}, where one experiment can wait for them"
        )
    if asked is not None:
        return Room(min(asked, len(plans)))
    cores = os.cpu_count() or 1
    if not _STAT.exists():
        return Room(min(cores, len(plans)))
    most = min(len(plans), MOST_AT_ONCE)
    return Room(most, FreeCores().now, at_first=cores, said="as many at once as this machine has time for")


@dataclass(slots=True)
class FreeCores:
    """Counted over the last `WINDOW_S` and what has passed since the look before; `read` gives seconds (clock, idle of
    all cores together).
    """

    read: Callable[[], tuple[float, float]] = field(default_factory=lambda: _idle)
    _seen: deque[tuple[float, float]] = field(default_factory=deque)

    def now(self) -> float:
        """0 until it has looked for long enough."""
        now_s, idle_s = self.read()
        self._seen.append((now_s, idle_s))
        while len(self._seen) > 1 and self._seen[1][0] <= now_s - WINDOW_S:
            self._seen.popleft()
        began_s, idle_before_s = self._seen[0]
        return (idle_s - idle_before_s) / (now_s - began_s) if now_s - began_s >= WINDOW_S else 0.0


def _idle() -> tuple[float, float]:
    """Of all processors, by the kernel's count."""
    fields = _STAT.read_text().split("\n", 1)[0].split()
    return time.monotonic(), (int(fields[4]) + int(fields[5])) / os.sysconf("SC_CLK_TCK")
