"""The clock of a game day: when it began, was seen, was acted on, and when all was well. Time is handed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

GOOD_WITHIN_S: Final = 0.3
GOOD_TIMES: Final = 1.5
"""Beyond what was usual before it began, on a machine that is slower than that."""
GOOD_IN_A_ROW: Final = 20
Said = Literal["too early", "seen", "again", "wrong place", "right place"]


@dataclass(slots=True)
class Game:
    """All times are seconds on one clock; those kept are None until they happen."""

    place: str
    began_s: float | None = None
    seen_s: float | None = None
    acted_s: float | None = None
    served_s: float | None = None
    wrong_acts: int = 0
    _row: list[float] = field(default_factory=list)
    _usual_s: float = 0.0
    """The slowest answer before it began."""

    def begins(self, now_s: float) -> None:
        self.began_s = now_s

    def see(self, now_s: float) -> Said:
        """Someone says that they see it."""
        if self.began_s is None:
            return "too early"
        if self.seen_s is not None:
            return "again"
        self.seen_s = now_s
        return "seen"

    def act(self, place: str, now_s: float) -> Said:
        """Someone takes away whatever is wrong there. Whoever acts has seen it."""
        if self.began_s is None:
            return "too early"
        if self.acted_s is not None:
            return "again"
        self.seen_s = now_s if self.seen_s is None else self.seen_s
        if place != self.place:
            self.wrong_acts += 1
            return "wrong place"
        self.acted_s = now_s
        return "right place"

    def fared(self, due_s: float, *, served: bool, took_s: float) -> None:
        """What became of one user who came at `due_s`, in the order in which they were answered."""
        if self.began_s is None and served:
            self._usual_s = max(self._usual_s, took_s)
        if self.acted_s is None or due_s < self.acted_s or self.served_s is not None:
            return
        good = served and took_s <= max(GOOD_WITHIN_S, GOOD_TIMES * self._usual_s)
        self._row = [*self._row, due_s] if good else []
        if len(self._row) >= GOOD_IN_A_ROW:
            self.served_s = min(self._row)

    @property
    def is_over(self) -> bool:
        return self.served_s is not None

    def after(self, at_s: float | None) -> float | None:
        """Seconds since it began."""
        return None if at_s is None or self.began_s is None else round(at_s - self.began_s, 2)
