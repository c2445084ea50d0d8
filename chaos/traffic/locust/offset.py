"""How far another machine's monotonic clock is from ours, by questions and answers over a connection."""

from __future__ import annotations

from collections import deque

KEPT = 16


class ClockOffset:
    """The answer that came back soonest tells best: it can't be wrong by more than half of its way there and back.

    Only the last answers count, as clocks drift apart.
    """

    def __init__(self) -> None:
        self._answers: deque[tuple[float, float]] = deque(maxlen=KEPT)

    def add(self, *, asked_s: float, theirs_s: float, answered_s: float) -> None:
        """`asked_s` and `answered_s` by our clock, `theirs_s` by the other when it was asked."""
        self._answers.append((answered_s - asked_s, theirs_s - (asked_s + answered_s) / 2))

    @property
    def offset_s(self) -> float:
        """To be added to our clock's time to have theirs."""
        return min(self._answers)[1]

    @property
    def error_s(self) -> float:
        """It can't be wrong by more than that."""
        return min(self._answers)[0] / 2
