"""The users of one kind: taken in turn, a busy one is skipped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from chaos.journeys.person import Person


class Crowd:
    """Enough users are made beforehand for everyone to be free when their turn comes. When none is, the one who has
    been busy longest does two things at once, as people with two tabs do: nobody new can get ready under a fault.

    Who has given the app up keeps their turn: it is then a visit that is not made.

    Users who need not get ready are made when they are needed: `another` makes one of that number, counted from 1, up
    to `most` of them all.
    """

    def __init__(
        self, users: Sequence[Person], another: Callable[[int], Person] | None = None, *, most: int = 0
    ) -> None:
        self._free = deque(users)
        self._busy: dict[int, Person] = {}
        """By identity: thousands may be under way while an app hangs. The longest busy one first."""
        self._another = another
        self._most = most

    @contextmanager
    def next(self) -> Iterator[Person]:
        if not self._free and self._another is not None and len(self._busy) < self._most:
            self._free.append(self._another(len(self._busy) + 1))
        if not self._free:
            longest = next(iter(self._busy))
            user = self._busy[longest] = self._busy.pop(longest)
            yield user
            return
        user = self._free.popleft()
        self._busy[id(user)] = user
        try:
            yield user
        finally:
            del self._busy[id(user)]
            self._free.append(user)
