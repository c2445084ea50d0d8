"""What keeps second tries from becoming most of the traffic, just when a dependency has trouble with the first ones."""

import threading
from typing import Final

EARNED_PER_CALL: Final = 0.2
MOST_SAVED: Final = 10.0


class RetryBudget:
    """A bucket of tokens, shared by all calls to one dependency. A call earns a fifth of one, a second try costs one.

    So over time at most one call in five is tried again. What was saved up, ten tokens at most, bridges a short fault.
    """

    def __init__(self, earned_per_call: float = EARNED_PER_CALL, most_saved: float = MOST_SAVED) -> None:
        self._earned_per_call = earned_per_call
        self._most_saved = most_saved
        self._lock = threading.Lock()
        self._saved = most_saved

    def earn(self) -> None:
        with self._lock:
            self._saved = min(self._most_saved, self._saved + self._earned_per_call)

    def spend(self) -> bool:
        """Whether there was a token left for one more try."""
        with self._lock:
            if self._saved < 1:
                return False
            self._saved -= 1
            return True
