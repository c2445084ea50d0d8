"""The users of one kind: taken in turn, a busy one is skipped."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from chaos.journeys.person import Person


class Crowd:
    """Enough users are made beforehand for everyone to be free when their turn comes. When none is, the one who has
    been busy longest does two things at once, as people with two tabs do: nobody new can get ready under a fault.

    Who has given the app up keeps their turn: it is then a visit that is not made.
    """

    def __init__(self, users: Sequence[Person]) -> None:
        self._free = deque(users)
        self._busy: deque[Person] = deque()

    @contextmanager
    def next(self) -> Iterator[Person]:
        if not self._free:
            user = self._busy[0]
            self._busy.rotate(-1)
            yield user
            return
        user = self._free.popleft()
        self._busy.append(user)
        try:
            yield user
        finally:
            self._busy.remove(user)
            self._free.append(user)
